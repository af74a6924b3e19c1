"""Every kind of request that the bot makes, each held against Discord's own OpenAPI document by the loopback Discord.

The client runs in this process, over services known by hand, so that its chores can be called by name.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import discord
import pytest
from discord.http import Route

from bot.digest.models import Digest
from bot.discord.client import VerbatimClient
from bot.discord.commands import ask
from bot.discord.messages import discord_text
from bot.discord.rate_limits import RateLimiter
from bot.services.records import DueDigest
from ingest.catalogue.alarms import Alarm
from ingest.errors import FailureKind
from ingest.sources.alarm_rules import AlarmKind
from tests.bot.discord.fake_digests import DigestShelf, LongWeek
from tests.bot.discord.fake_services import FakeServices
from tests.bot.examples import ASKED_AT, digest, told_by_two
from tests.servers.discord import DiscordServer, Guild, Interaction, Message, RecordedRequest, User
from tests.servers.discord.nouns import created_at
from tests.servers.discord.permissions import MANAGE_GUILD, SEND_MESSAGES

CALLBACK, WEBHOOK = "POST /interactions/{id}/interaction-{id}/callback", "/webhooks/{id}/interaction-{id}"
MESSAGES = "/channels/{id}/messages"
KINDS = {
    "GET /users/@me": "log in",
    "GET /oauth2/applications/@me": "learn which application it is",
    "GET /gateway/bot": "connect",
    "PUT /applications/{id}/commands": "tell the commands",
    "GET /applications/{id}/guilds/{id}/commands/permissions": "ask whom the permission page lets in",
    f"{CALLBACK} 4": "answer at once",
    f"{CALLBACK} 5": "say that it thinks",
    f"{CALLBACK} 6": "say that a message will change",
    f"{CALLBACK} 8": "suggest",
    f"{CALLBACK} 9": "open a form",
    f"POST {WEBHOOK}": "answer",
    f"POST {WEBHOOK} with a file": "answer with a file",
    f"PATCH {WEBHOOK}/messages/@original": "change the message",
    "POST /users/@me/channels": "write to a person",
    "POST /channels/{id}/typing": "show that it writes",
    f"POST {MESSAGES}": "write",
    f"POST {MESSAGES} with a file": "write with a file",
    f"GET {MESSAGES}": "read what was said",
    f"GET {MESSAGES}/{{id}}": "read one message",
    f"DELETE {MESSAGES}/{{id}}": "delete an answer",
}


def kind(request: RecordedRequest) -> str:
    path = re.sub(r"\d{15,}", "{id}", request.path)
    number = f" {request.json['type']}" if path.endswith("/callback") else ""
    return f"{request.method} {path}{number}{' with a file' if request.files else ''}"


class FullShelf(DigestShelf):
    """Posts digests of several stories, which have a picture."""

    def write(self, due: DueDigest, scopes: tuple[str, ...], topics: tuple[str, ...]) -> Digest:
        return told_by_two(digest("Polaris 2 is out", "Harbor AI raises money"))


@dataclass
class Scene:
    """A server with Ann, who may manage it, and Bob, who may not; and the client, logged in."""

    server: DiscordServer
    client: VerbatimClient
    services: FakeServices
    guild: Guild
    ann: User
    bob: User

    async def wait(self, predicate: Callable[[], object]) -> None:
        await asyncio.to_thread(self.server.wait_for, predicate)

    async def use(self, user: User, name: str, **options: object) -> Interaction:
        used = self.server.slash(self.guild, self.guild.channel, user, name, options)
        await self.wait(lambda: used.done)
        return used

    async def press(self, message: Message, custom_id: str, user: User) -> Interaction:
        pressed = self.server.press(message, custom_id, user)
        await self.wait(lambda: pressed.done)
        return pressed

    async def ask(self, text: str, reply_to: Message | None = None) -> Message:
        asked = self.server.say(self.guild.channel, self.bob, text, [self.server.bot], reply_to)
        await self.wait(lambda: self.replies_to(asked))
        return self.replies_to(asked)[-1]

    def replies_to(self, asked: Message) -> list[Message]:
        return [reply for reply in self.server.replies(asked.channel) if reply.reference is asked]

    def written(self, beginning: str) -> list[Message]:
        return [said for said in self.server.replies(self.guild.channel) if said.content.startswith(beginning)]


@pytest.fixture
async def scene(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    gateway = discord.gateway.DiscordWebSocket
    with DiscordServer() as server:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
        services = FakeServices(digests=LongWeek(), shelf=FullShelf())
        client = VerbatimClient(services.bundle, RateLimiter(99, 99), asks_for_gateway=True)
        running = asyncio.create_task(client.start(server.token))
        await asyncio.to_thread(server.wait_for, lambda: server.connected and server.commands())
        guild = server.add_guild("Newsroom")
        ann, bob = server.add_user("ann", guild, MANAGE_GUILD), server.add_user("bob", guild)
        yield Scene(server, client, services, guild, ann, bob)
        await client.close()
        await running


def alarm(number: int, kind: AlarmKind, failure: FailureKind | None = None, why: str = "") -> Alarm:
    address = f"https://example.org/{number}.xml"
    return Alarm(number, number, address, f"Feed {number}", kind, ASKED_AT, ASKED_AT, failure, why)


async def test_alarms_of_all_kinds_are_without_repeats_in_messages_that_discord_takes(scene: Scene) -> None:
    await scene.use(scene.ann, "settings alarms", channel=scene.guild.channel)
    scene.services.alarms.raised += [
        alarm(1, AlarmKind.SILENT),
        alarm(2, AlarmKind.FAILING, FailureKind.DNS, "no such host"),
        alarm(3, AlarmKind.ENDED, FailureKind.GONE, "it was removed for good (HTTP 410)"),
        alarm(4, AlarmKind.RECOVERED),
    ]
    scene.server.fail_next(f"POST /channels/{scene.guild.channel.id}/messages", status=500, times=1)
    for _ in range(2):
        await scene.client.ring()
    (told,) = scene.written("**Feed 1**")
    beginnings = [line for line in told.content.splitlines() if line.startswith("**")]
    assert beginnings == [
        "**Feed 1** has fallen silent: nothing new since 28 June 2026, which is unusually long.",
        "**Feed 2** could not be read since 28 June 2026: no such host.",
        "**Feed 3** has ended: it was removed for good (HTTP 410). I no longer read it; its articles stay.",
        "**Feed 4** is back: I read it again as usual.",
    ]
    request = scene.server.requests_to("POST", f"/channels/{scene.guild.channel.id}/messages")[-1]
    assert (request.json["nonce"], request.json["enforce_nonce"]) == ("alarm-1-0", True)
    assert request.json["allowed_mentions"] == {"parse": []}
    assert scene.server.violations() == []


async def test_every_kind_of_request_that_the_bot_makes_is_one_that_discord_documents(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "TYPING_AFTER_S", 0.0)
    await _answers(scene)
    await _sources(scene)
    await _digests(scene)
    await _refusals(scene)
    made = {kind(request) for request in scene.server.requests}
    assert made == set(KINDS)
    assert scene.server.violations() == []


async def test_what_is_answered_at_once_is_not_announced_by_typing(scene: Scene) -> None:
    await scene.ask("What is new?")
    assert not scene.server.requests_to("POST", f"/channels/{scene.guild.channel.id}/typing")


async def _answers(scene: Scene) -> None:
    """A question and a follow-up, in the channel and in a thread; each button that does something of its own."""
    answer = await scene.ask("What is new?")
    await scene.ask("And what else?", reply_to=answer)
    thread = scene.server.open_thread(scene.guild.channel, "News", scene.bob, starter=answer)
    asked = scene.server.say(thread, scene.bob, "And then?", mentions=[scene.server.bot])
    await scene.wait(lambda: scene.replies_to(asked))
    await scene.press(answer, "verbatim:sources:1", scene.bob)
    form = scene.server.press(answer, "verbatim:report:1", scene.bob)
    await scene.wait(lambda: form.modal)
    sent = scene.server.submit_modal(form, {"comment": "This is about another model."})
    await scene.wait(lambda: sent.done)
    assert sent.content == discord_text.REPORTED
    await scene.press(answer, "verbatim:delete:1", scene.bob)
    assert answer.deleted
    assert (await scene.use(scene.bob, "help")).content == discord_text.HELP
    followed = await scene.use(scene.bob, "ask", question="What is new?")
    for number in (4, 5):  # the second one reads the answer before the last one from Discord
        opened = scene.server.press(followed.messages[-1], f"verbatim:follow-up:{number}", scene.bob)
        await scene.wait(partial(getattr, opened, "modal"))
        followed = scene.server.submit_modal(opened, {"question": "And what else?"})
        await scene.wait(partial(getattr, followed, "done"))


async def _sources(scene: Scene) -> None:
    """A list of several pages, a file, a suggestion, a removal."""
    for n in range(40):
        scene.services.sources.add(f"https://example.org/{n}/{'feed' * 12}.xml", str(scene.guild.id))
    listed = await scene.use(scene.ann, "source list")
    first = listed.content
    await scene.press(listed.messages[0], "verbatim-source:list:1", scene.ann)
    await scene.wait(lambda: listed.content != first)
    assert (await scene.use(scene.ann, "source export")).messages[0].attachments
    typed = {"address": "example.org/7"}
    channel = scene.guild.channel
    suggested = await asyncio.to_thread(
        scene.server.autocomplete, scene.guild, channel, scene.ann, "source remove", typed
    )
    asked = await scene.use(scene.ann, "source remove", address=suggested[0]["value"])
    await scene.press(asked.messages[0], "verbatim-source:remove:7", scene.ann)


async def _digests(scene: Scene) -> None:
    """One that somebody asks for and leafs through alone, and one that is posted when it is due."""
    told = await scene.use(scene.bob, "digest")
    page = await scene.press(told.messages[0], "verbatim-digest:1:1", scene.bob)
    assert page.ephemeral
    await scene.press(page.messages[0], "verbatim-digest:1:0", scene.bob)
    await scene.use(scene.ann, "settings digest", rhythm="daily", channel=scene.guild.channel, hour=12)
    scene.services.shelf.due[scene.guild.id] = DueDigest(1, scene.guild.id, ASKED_AT, None, True, ASKED_AT)
    await scene.client.deliver()
    sent_at = datetime.fromtimestamp(created_at(scene.written("## ")[-1].id), UTC)
    scene.services.shelf.due[scene.guild.id] = DueDigest(1, scene.guild.id, ASKED_AT, sent_at, True, ASKED_AT)
    await scene.client.deliver()
    assert scene.services.shelf.log == ["sending", "sent", "sending again", "sent"], "known by its nonce"
    settings = scene.services.guilds.settings(scene.guild.id)
    scene.services.guilds.change(scene.guild.id, replace(settings, digest_channel=404))
    scene.services.shelf.due[scene.guild.id] = DueDigest(2, scene.guild.id, ASKED_AT, None, True, ASKED_AT)
    await scene.client.deliver()
    assert scene.services.shelf.log[-1].startswith("given up")


async def _refusals(scene: Scene) -> None:
    """Somebody who may not, and a channel where the bot may not."""
    eve = scene.server.add_user("eve", scene.guild)
    scene.server.open_command(scene.guild, "status", eve)
    assert "articles" in (await scene.use(eve, "status")).content
    refused = scene.server.slash(scene.guild, scene.guild.channel, scene.bob, "why", {"address": "x"}, overridden=True)
    await scene.wait(lambda: refused.done)
    assert refused.content == discord_text.NOT_ALLOWED
    scene.server.mute_bot(scene.guild.channel, SEND_MESSAGES)
    scene.server.say(scene.guild.channel, scene.bob, "What is new?", mentions=[scene.server.bot])
    await scene.wait(lambda: scene.server.replies(scene.server.dm(scene.bob)))
