"""The loopback Discord is one: the unmodified discord.py, in a process of its own, cannot tell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.servers.discord import Attachment, CannotUse, DiscordServer, Guild, RateLimits, User, contents
from tests.servers.discord.nouns import created_at
from tests.servers.discord.permissions import MANAGE_GUILD


@dataclass
class Scene:
    server: DiscordServer
    guild: Guild
    ann: User
    admin: User


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """One bot in one guild, shared by the tests of this file; at its end the bot must leave cleanly."""
    with DiscordServer() as server:
        guild = server.add_guild("Newsroom", ["general", "quiet"])
        ann, admin = server.add_user("ann", guild), server.add_user("admin", guild, MANAGE_GUILD)
        bot = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.sample_bot"],
            env={**os.environ, "DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url},
            cwd=Path(__file__).parents[2],
            stderr=subprocess.PIPE,
        )
        try:
            server.wait_for(lambda: server.connected, timeout_s=20)
            yield Scene(server, guild, ann, admin)
            bot.send_signal(signal.SIGTERM)
            _, log = bot.communicate(timeout=10)
        finally:
            bot.kill()
            bot.wait()
        assert bot.returncode == 0, log.decode()
        assert b"Traceback" not in log
        server.wait_for(lambda: not server.gateway.sessions, what="a session given up")


@pytest.fixture(autouse=True)
def every_request_is_in_discords_document(scene: Scene) -> Iterator[None]:
    """Whatever a test makes the bot do, discord.py's own requests fit the document."""
    yield
    assert scene.server.violations() == []


def test_commands_are_registered_with_their_sub_commands(scene: Scene) -> None:
    names = {command["name"]: command for command in scene.server.commands()}
    assert set(names) == {"ask", "export", "import", "report", "source"}
    assert [option["name"] for option in names["source"]["options"]] == ["add", "remove"]


def test_a_mention_is_answered_with_a_reply_that_pings_nobody(scene: Scene) -> None:
    server, channel = scene.server, scene.guild.channel
    asked = server.say(channel, scene.ann, "what is new?", mentions=[server.bot])
    server.wait_for(lambda: [m for m in server.replies(channel) if m.reference is asked])
    (reply,) = [m for m in server.replies(channel) if m.reference is asked]
    assert reply.content == "you said: what is new? @everyone"
    assert (reply.mention_everyone, reply.mentions) == (False, [])
    assert server.requests_to("POST", f"/channels/{channel.id}/typing")


def test_without_the_message_content_intent_unaddressed_text_is_hidden(scene: Scene) -> None:
    message = scene.server.say(scene.guild.channel, scene.ann, "not for the bot")
    scene.server.wait_for(lambda: message.reactions)
    assert set(message.reactions) == {"🙈"}


def test_a_reply_to_the_bot_and_a_direct_message_are_readable(scene: Scene) -> None:
    server, channel = scene.server, scene.guild.channel
    asked = server.say(channel, scene.ann, "first", mentions=[server.bot])
    server.wait_for(lambda: [m for m in server.replies(channel) if m.reference is asked])
    answer = server.replies(channel)[-1]
    again = server.say(channel, scene.ann, "and then?", reply_to=answer)
    dm = server.dm(scene.ann)
    server.say(dm, scene.ann, "psst")
    server.wait_for(lambda: any(m.reference is again for m in server.replies(channel)) and server.replies(dm))
    assert server.replies(channel)[-1].content == "you said: and then? @everyone"
    assert contents(server.replies(dm)) == ["you said: psst @everyone"]


def test_a_thread_is_opened_at_the_question(scene: Scene) -> None:
    server = scene.server
    asked = server.say(scene.guild.channel, scene.ann, "a thread please", mentions=[server.bot])
    server.wait_for(lambda: asked.thread is not None and contents(server.replies(asked.thread))[1:])
    assert asked.thread is not None
    assert asked.thread.id == asked.id
    assert contents(server.replies(asked.thread)) == ["", "in the thread"]


def test_a_deferred_command_is_filled_by_its_first_follow_up(scene: Scene) -> None:
    server = scene.server
    asked = server.slash(scene.guild, scene.guild.channel, scene.ann, "ask", {"question": "x"})
    server.wait_for(lambda: asked.done and len(asked.messages) == 2)
    assert (asked.deferred, asked.ephemeral) == (True, False)
    assert asked.answered_after_s is not None
    assert asked.answered_after_s < 3
    assert asked.content == "answer to x\nsecond part"
    assert server.interaction(asked.id) is asked


def test_forty_questions_at_once_are_all_answered(scene: Scene) -> None:
    server, channel = scene.server, scene.guild.channel
    asked = [server.slash(scene.guild, channel, scene.ann, "ask", {"question": str(n)}) for n in range(40)]
    server.wait_for(lambda: all(one.done and len(one.messages) == 2 for one in asked))
    assert [one.content for one in asked] == [f"answer to {n}\nsecond part" for n in range(40)]


def test_a_private_answer_is_not_in_the_channel(scene: Scene) -> None:
    server, before = scene.server, len(scene.server.messages(scene.guild.channel))
    asked = server.slash(scene.guild, scene.guild.channel, scene.ann, "ask", {"question": "x", "private": True})
    server.wait_for(lambda: asked.done and len(asked.messages) == 2)
    assert asked.ephemeral
    assert all(message.ephemeral for message in asked.messages)
    assert len(server.messages(scene.guild.channel)) == before
    with pytest.raises(CannotUse, match="does not see"):
        server.press(asked.messages[0], "more", scene.admin)


def test_discord_hides_an_admin_command_and_the_bot_refuses_when_it_was_opened(scene: Scene) -> None:
    server, channel, url = scene.server, scene.guild.channel, {"url": "https://x.example"}
    with pytest.raises(CannotUse, match="hidden"):
        server.slash(scene.guild, channel, scene.ann, "source add", url)
    refused = server.slash(scene.guild, channel, scene.ann, "source add", url, overridden=True)
    added = server.slash(scene.guild, channel, scene.admin, "source add", url)
    server.wait_for(lambda: refused.done and added.done)
    assert (refused.content, refused.ephemeral) == ("not allowed", True)
    assert (added.content, added.ephemeral) == ("added https://x.example", False)


def test_what_the_client_would_not_send_is_refused(scene: Scene) -> None:
    server, guild = scene.server, scene.guild
    with pytest.raises(CannotUse, match="not registered"):
        server.slash(guild, guild.channel, scene.ann, "nonsense")
    with pytest.raises(CannotUse, match="required"):
        server.slash(guild, guild.channel, scene.ann, "ask")
    with pytest.raises(CannotUse, match="no option"):
        server.slash(guild, guild.channel, scene.ann, "ask", {"question": "x", "colour": "red"})
    with pytest.raises(CannotUse, match="direct messages"):
        server.slash(None, server.dm(scene.admin), scene.admin, "source add", {"url": "u"})


def test_a_button_edits_its_message_and_is_then_disabled(scene: Scene) -> None:
    server = scene.server
    asked = server.slash(scene.guild, scene.guild.channel, scene.ann, "ask", {"question": "x"})
    server.wait_for(lambda: asked.done and len(asked.messages) == 2)
    pressed = server.press(asked.messages[0], "more", scene.admin)
    server.wait_for(lambda: pressed.content == "more")
    assert asked.messages[0].content == "edited"
    with pytest.raises(CannotUse, match="disabled"):
        server.press(asked.messages[0], "more", scene.ann)


def test_autocomplete_suggests(scene: Scene) -> None:
    channel = scene.guild.channel
    found = scene.server.autocomplete(scene.guild, channel, scene.admin, "source remove", {"url": "two"})
    none = scene.server.autocomplete(scene.guild, channel, scene.admin, "source remove", {"url": "three"})
    assert found == [{"name": "https://two.example/feed", "value": "https://two.example/feed"}]
    assert none == []


def test_a_modal_is_opened_and_submitted(scene: Scene) -> None:
    server = scene.server
    opened = server.slash(scene.guild, scene.guild.channel, scene.ann, "report")
    server.wait_for(lambda: opened.modal)
    sent = server.submit_modal(opened, {"why": "wrong quote"})
    server.wait_for(lambda: sent.done)
    assert sent.content == "reported: wrong quote"


def test_files_go_both_ways(scene: Scene) -> None:
    server, channel = scene.server, scene.guild.channel
    exported = server.slash(scene.guild, channel, scene.ann, "export")
    upload = Attachment("in.opml", "<opml>é</opml>".encode())
    imported = server.slash(scene.guild, channel, scene.ann, "import", {"file": upload})
    server.wait_for(lambda: exported.done and imported.done)
    assert [(f.filename, f.content) for f in exported.messages[0].attachments] == [("sources.opml", b"<opml/>")]
    assert imported.content == "<opml>é</opml>"


def test_a_rate_limited_answer_arrives_once(scene: Scene) -> None:
    server, quiet = scene.server, list(scene.guild.channels.values())[1]
    server.fail_next(rf"POST /channels/{quiet.id}/messages", status=429, times=2, retry_after=0.05)
    server.say(quiet, scene.ann, "again", mentions=[server.bot])
    server.wait_for(lambda: server.replies(quiet))
    statuses = [r.status for r in server.requests_to("POST", f"/channels/{quiet.id}/messages")]
    assert statuses == [429, 429, 200]
    assert len(server.replies(quiet)) == 1


@pytest.mark.parametrize("way", ["closed", "cut", "asked"])
def test_a_message_sent_while_the_gateway_is_away_is_replayed(scene: Scene, way: str) -> None:
    server, channel = scene.server, scene.guild.channel
    (session,) = server.gateway.sessions
    resumed = session.resumed
    if way == "asked":
        server.ask_to_reconnect()
    else:
        server.drop_gateway(4000 if way == "closed" else 1006)
    missed = server.say(channel, scene.ann, "missed", mentions=[server.bot])
    server.wait_for(lambda: any(m.reference is missed for m in server.replies(channel)))
    server.wait_for(lambda: session.resumed == resumed + 1)
    assert server.gateway.sessions == [session]


def test_a_slow_gateway_delivers_late_but_delivers(scene: Scene) -> None:
    server, channel = scene.server, scene.guild.channel
    server.slow_gateway(0.2)
    asked = server.say(channel, scene.ann, "slow", mentions=[server.bot])
    server.wait_for(lambda: any(m.reference is asked for m in server.replies(channel)))
    server.slow_gateway(0)
    typing = server.requests_to("POST", f"/channels/{channel.id}/typing")[-1]
    assert typing.time - created_at(asked.id) >= 0.2


def test_an_invalidated_session_identifies_anew(scene: Scene) -> None:
    server, channel, before = scene.server, scene.guild.channel, scene.server.gateway.identifies
    server.invalidate_session()
    server.wait_for(lambda: server.gateway.identifies == before + 1 and server.connected)
    asked = server.say(channel, scene.ann, "still there?", mentions=[server.bot])
    server.wait_for(lambda: any(m.reference is asked for m in server.replies(channel)))


def test_a_guild_that_is_joined_later_works_and_goes(scene: Scene) -> None:
    server = scene.server
    guild = server.add_guild("Second")
    bob = server.add_user("bob", guild)
    asked = server.slash(guild, guild.channel, bob, "ask", {"question": "y"})
    server.wait_for(lambda: asked.done)
    server.remove_guild(guild)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        call(server, "GET", f"/guilds/{guild.id}")


# What no discord.py would send: plain HTTP and websockets, to a server of its own.


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


def test_the_rate_limit_is_told_and_enforced() -> None:
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
