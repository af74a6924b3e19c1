"""The loopback Discord refuses what Discord refuses, with its codes: plain HTTP and websockets, without discord.py.

That discord.py takes it for Discord is shown by the tests of the bot's process (`tests/bot/discord/test_client*.py`).
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.servers.discord import CannotUse, DiscordServer, RateLimits
from tests.servers.discord.permissions import MANAGE_GUILD


@pytest.fixture
def server() -> Iterator[DiscordServer]:
    with DiscordServer() as server:
        yield server


def call(server: DiscordServer, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
    headers = {"Authorization": f"Bot {token or server.token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.api_url + path, data, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def refusal(server: DiscordServer, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
    """The status and JSON code of a request that must be refused."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        call(server, method, path, body, token)
    with caught.value as error:
        return error.code, json.load(error)["code"]


def test_a_bad_payload_is_refused_and_named(server: DiscordServer) -> None:
    path = f"/channels/{server.add_guild('G').channel.id}/messages"
    button = {"type": 2, "style": 1, "custom_id": "x", "label": "y" * 81}
    body = {"content": 5, "components": [{"type": 1, "components": [button]}]}
    assert refusal(server, "POST", path, body) == (400, 50035)
    content, label = server.violations()
    assert content == f"POST {path}: body.content: 5 is not of type 'string', 'null'"
    assert label.startswith(f"POST {path}: body.components[0].components[0].label: 'yyy")
    assert label.endswith("is too long")


def test_unknown_paths_and_parameters_are_violations(server: DiscordServer) -> None:
    assert refusal(server, "GET", "/users/@me/friends") == (404, 0)
    assert refusal(server, "GET", "/channels/abc") == (400, 50035)
    assert refusal(server, "GET", "/channels/1/messages?limit=many&colour=red") == (400, 50035)
    assert server.violations() == [
        "GET /users/@me/friends: not in Discord's document",
        "GET /channels/abc: path parameter channel_id: 'abc' does not fit",
        "GET /channels/1/messages: query parameter limit: 'many' does not fit",
        "GET /channels/1/messages: query parameter colour is unknown",
    ]


def test_refusals_have_discords_codes(server: DiscordServer) -> None:
    guild = server.add_guild("G", ["open", "closed"])
    shown, hidden = (f"/channels/{identifier}/messages" for identifier in guild.channels)
    assert refusal(server, "GET", "/users/@me", token="wrong") == (401, 0)
    assert refusal(server, "GET", "/channels/1") == (404, 10003)
    assert refusal(server, "GET", f"{shown}/1") == (404, 10008)
    assert refusal(server, "POST", shown, {"content": "x" * 2001}) == (400, 50035)
    assert refusal(server, "POST", shown, {"content": " "}) == (400, 50006)
    assert refusal(server, "POST", "/webhooks/1/nonsense", {"content": "x"}) == (404, 10015)
    server.mute_bot(list(guild.channels.values())[1])
    assert refusal(server, "POST", hidden, {"content": "x"}) == (403, 50013)


def test_what_discords_client_would_not_send_is_refused(server: DiscordServer) -> None:
    guild = server.add_guild("G")
    ann, admin = server.add_user("ann", guild), server.add_user("admin", guild, MANAGE_GUILD)
    question = {"type": 3, "name": "question", "description": "What?", "required": True}
    ask = {"name": "ask", "description": "Ask", "options": [question]}
    rule = {"name": "add", "description": "Add", "default_member_permissions": MANAGE_GUILD, "contexts": [0]}
    call(server, "PUT", f"/applications/{server.bot.id}/commands", [ask, rule])
    for words, options, why in (
        ("nonsense", {}, "not registered"),
        ("ask", {}, "required"),
        ("ask", {"question": "x", "colour": "red"}, "no option"),
        ("add", {}, "hidden"),
    ):
        with pytest.raises(CannotUse, match=why):
            server.slash(guild, guild.channel, ann, words, options)
    with pytest.raises(CannotUse, match="direct messages"):
        server.slash(None, server.dm(admin), admin, "add")
    assert server.slash(guild, guild.channel, admin, "add").id


def test_a_callback_comes_once_and_in_time(server: DiscordServer) -> None:
    guild = server.add_guild("G")
    call(server, "PUT", f"/applications/{server.bot.id}/commands", [{"name": "ask", "description": "Ask"}])
    asked = server.slash(guild, guild.channel, guild.owner, "ask")
    late = server.slash(guild, guild.channel, guild.owner, "ask")
    late.sent_at -= 4
    answer = {"type": 4, "data": {"content": "x"}}
    call(server, "POST", f"/interactions/{asked.id}/{asked.token}/callback?with_response=true", answer)
    assert refusal(server, "POST", f"/interactions/{asked.id}/{asked.token}/callback", answer) == (400, 40060)
    assert refusal(server, "POST", f"/interactions/{late.id}/{late.token}/callback", answer) == (404, 10062)
    assert asked.content == "x"


def test_history_withholds_what_the_message_content_intent_would_show() -> None:
    for intents, shown in ((0, ["", "<@{}> to you"]), (1 << 15, ["to all", "<@{}> to you"])):
        with DiscordServer(privileged_intents=intents) as server:
            guild = server.add_guild("G")
            server.say(guild.channel, guild.owner, "to all")
            server.say(guild.channel, guild.owner, "to you", mentions=[server.bot])
            history = call(server, "GET", f"/channels/{guild.channel.id}/messages?limit=2")
            assert [m["content"] for m in reversed(history)] == [text.format(server.bot.id) for text in shown]


def test_a_connection_can_be_broken_without_an_answer(server: DiscordServer) -> None:
    server.fail_next("GET /users/@me", status=0)
    with pytest.raises((ConnectionError, urllib.error.URLError)):
        call(server, "GET", "/users/@me")
    assert call(server, "GET", "/users/@me")["id"] == str(server.bot.id)


def test_a_message_pings_only_what_it_may(server: DiscordServer) -> None:
    guild = server.add_guild("G")
    text = f"{guild.owner.mention} @everyone"
    path = f"/channels/{guild.channel.id}/messages"
    loud = call(server, "POST", path, {"content": text})
    mute = call(server, "POST", path, {"content": text, "allowed_mentions": {"parse": []}})
    assert (loud["mention_everyone"], len(loud["mentions"])) == (True, 1)
    assert (mute["mention_everyone"], len(mute["mentions"])) == (False, 0)


def test_the_rate_limit_is_announced_and_enforced() -> None:
    with DiscordServer(rate_limits=RateLimits(limit=1, window_s=60)) as server:
        call(server, "GET", "/users/@me")
        with pytest.raises(urllib.error.HTTPError) as caught:
            call(server, "GET", "/users/@me")
        with caught.value as error:
            assert (error.code, error.headers["X-RateLimit-Remaining"], error.headers["Via"]) == (
                429,
                "0",
                "1.1 google",
            )
            assert 0 < json.load(error)["retry_after"] <= 60


async def identify(server: DiscordServer, **fields: Any) -> aiohttp.WSMessage:
    """HELLO, a heartbeat with its ACK, IDENTIFY or another frame; returns what comes next."""
    async with aiohttp.ClientSession() as http, http.ws_connect(server.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        await socket.send_json({"op": 2, "d": {"token": server.token, "intents": 1, "properties": {}}} | fields)
        return await socket.receive(timeout=5)


async def test_the_gateway_refuses_a_wrong_token_and_intents_that_are_off(server: DiscordServer) -> None:
    content_intent = {"token": server.token, "intents": 1 << 15}
    assert (await identify(server, d={"token": "wrong", "intents": 1})).data == 4004
    assert (await identify(server, d=content_intent)).data == 4014
    assert json.loads((await identify(server)).data)["t"] == "READY"
    with DiscordServer(privileged_intents=1 << 15) as allowed:
        assert json.loads((await identify(allowed, d={**content_intent, "token": allowed.token})).data)["t"] == "READY"


async def test_an_unknown_session_is_invalid(server: DiscordServer) -> None:
    frame = await identify(server, op=6, d={"token": server.token, "session_id": "gone", "seq": 1})
    assert (json.loads(frame.data)["op"], json.loads(frame.data)["d"]) == (9, False)


def card(*texts: str, **more: Any) -> dict[str, Any]:
    """The body of a message with a card of these texts."""
    shown = [{"type": 10, "content": text} for text in texts]
    return {"flags": 1 << 15, "components": [{"type": 17, "components": shown}], **more}


def button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 2, "custom_id": custom_id, "label": "x"}


def code_of(server: DiscordServer, method: str, path: str, body: Any) -> str:
    """Discord's name for what is wrong with a body."""
    request = urllib.request.Request(
        server.api_url + path,
        json.dumps(body).encode(),
        {"Authorization": f"Bot {server.token}", "Content-Type": "application/json"},
        method=method,
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value as error:
        told = json.load(error)
    (field,) = told["errors"].values()
    return str(field[0]["code"] if isinstance(field, list) else field["_errors"][0]["code"])


def test_a_card_is_refused_for_what_discord_refuses(server: DiscordServer) -> None:
    path = f"/channels/{server.add_guild('G').channel.id}/messages"
    section: dict[str, Any] = {"type": 9, "components": [{"type": 10, "content": "x"}], "accessory": button("a")}
    row = {"type": 1, "components": [button("a")]}
    picture = {"type": 12, "items": [{"media": {"url": "attachment://none.png"}}]}
    v2 = {"flags": 1 << 15}
    for body, code in (
        (card("x", flags=0), "UNION_TYPE_CHOICES"),
        (card("x", content="y"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
        (card("x", embeds=[{"title": "y"}]), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
        (card(*"x" * 40), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        (card("x" * 2_001, "x" * 2_000), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ({**v2, "components": [section, row]}, "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ({**v2, "components": [{"type": 14, "id": 5}, {"type": 14, "id": 5}]}, "COMPONENT_ID_DUPLICATED"),
        ({**v2, "components": [picture]}, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"),
        ({**v2, "components": [{**section, "components": section["components"] * 4}]}, "SCHEMA"),
        ({**v2, "components": [{"type": 9, "components": section["components"]}]}, "SCHEMA"),
    ):
        assert code_of(server, "POST", path, body) == code, body
    assert refusal(server, "POST", path, card("模" * 3_500)) == (500, 0)
    assert call(server, "POST", path, card(*"x" * 39))["content"] == ""


def test_a_card_stays_one_and_plain_text_that_becomes_one_is_cleared(server: DiscordServer) -> None:
    path = f"/channels/{server.add_guild('G').channel.id}/messages"
    plain, shown = call(server, "POST", path, {"content": "x"}), call(server, "POST", path, card("x"))
    removed = "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG"
    assert code_of(server, "PATCH", f"{path}/{shown['id']}", {"content": "y", "components": []}) == removed
    assert code_of(server, "PATCH", f"{path}/{shown['id']}", {**card("y"), "flags": 0}) == removed
    legacy = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
    assert code_of(server, "PATCH", f"{path}/{plain['id']}", card("y")) == legacy
    assert call(server, "PATCH", f"{path}/{plain['id']}", card("y", content=None))["flags"] == 1 << 15


def test_a_card_pings_only_what_it_may(server: DiscordServer) -> None:
    guild = server.add_guild("G")
    path = f"/channels/{guild.channel.id}/messages"
    assert len(call(server, "POST", path, card(guild.owner.mention))["mentions"]) == 1
    assert call(server, "POST", path, card("@everyone", allowed_mentions={"parse": []}))["mention_everyone"] is False
