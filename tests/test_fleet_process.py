"""Two bots, each with one of two shards, and an ingest worker, on one PostgreSQL and one Chroma server.

All tests share them; each has people, and where it matters guilds, of its own.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.discord.messages import discord_text
from bot.services.guilds import GuildService, GuildSettings
from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION_ID
from ingest.errors import FailureKind, FetchError
from ingest.sources.models import NO_OVERRIDES, SourceKind
from tests.fleet import START_S, ChromaPart, Part, bot_part, ended, worker_part
from tests.newsroom import STORIES, publish
from tests.servers.discord import Channel, DiscordServer, Guild, Interaction, Message, User
from tests.servers.discord.permissions import MANAGE_GUILD
from tests.servers.postgres import PostgresServer
from tests.servers.web import WebServer

PER_MINUTE = 4


@dataclass
class Fleet:
    """Everything running.

    Attributes:
        guilds: one on each shard.
        bots: one for each shard.
        again: a second process for shard 0, not started.
    """

    server: DiscordServer
    url: str
    guilds: list[Guild]
    bots: list[Part]
    again: Part

    def wait_for(self, predicate: Callable[[], object]) -> None:
        self.server.wait_for(predicate, START_S)

    def person(self, name: str, permissions: int = 0) -> User:
        """A member of both guilds."""
        user = self.server.add_user(name, self.guilds[0], permissions)
        self.server.join(self.guilds[1], user, permissions)
        return user

    def ask(self, channel: Channel, user: User, text: str) -> Message:
        """Mention the bot and wait for its reply."""
        asked = self.server.say(channel, user, text, mentions=[self.server.bot])

        def replies() -> list[Message]:
            return [m for m in self.server.replies(channel) if m.reference is asked]

        self.wait_for(replies)
        return replies()[0]

    def use(self, guild: Guild, user: User, name: str, **options: object) -> Interaction:
        used = self.server.slash(guild, guild.channel, user, name, options)
        self.wait_for(lambda: used.done)
        return used

    def posts(self, channel: Channel, beginning: str) -> list[str]:
        """What was sent to a channel with such a beginning, whatever Discord made of it."""
        sent = (r.json["content"] for r in self.server.requests_to("POST", f"/channels/{channel.id}/messages"))
        return [content for content in sent if content.startswith(beginning)]

    def set(self, guild: Guild, settings: GuildSettings) -> None:
        """As another process would."""
        with Catalogue.open(self.url) as catalogue:
            GuildService(catalogue.database).change(guild.id, settings)


@pytest.fixture(scope="module")
def fleet(postgresql: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder, url = tmp_path_factory.mktemp("fleet"), postgresql.new()
    with DiscordServer(shards=2) as server, WebServer() as web:
        publish(web)
        chroma = ChromaPart(folder)
        settings = {
            "DATABASE_URL": url,
            "CHROMA_URL": chroma.url,
            "DISCORD_TOKEN": server.token,
            "DISCORD_API_URL": server.api_url,
            "INGEST_ALLOW_HOSTS": web.host,
            "USER_QUESTIONS_PER_MINUTE": str(PER_MINUTE),
        }
        guilds = [server.add_guild(f"Shard {n}", shard=(n, 2)) for n in range(2)]
        bots = [bot_part(f"bot-{n}", settings, str(n), 2, folder) for n in range(2)]
        again, worker = bot_part("again", settings, "0", 2, folder), worker_part("worker", settings, folder)
        with ended(chroma, worker, again, *bots):
            chroma.start()
            chroma.wait()
            with Catalogue.open(url) as catalogue:
                for guild in guilds:
                    now = datetime.now(UTC)
                    catalogue.sources.add(web.url("/feed.xml"), SourceKind.FEED, NO_OVERRIDES, str(guild.id), now)
            for part in (*bots, worker):
                part.start()
            made = Fleet(server, url, guilds, bots, again)
            made.wait_for(lambda: len(server.gateway.connected) == 2)
            _wait_until_read(made)
            yield made
            for part in (*bots, worker):
                assert part.stop() == 0, part.log
                assert "Traceback" not in part.log, part.log
            assert len(server.requests_to("PUT", "/commands")) == 1, "the commands are told to Discord once"
            assert server.violations() == []
    postgresql.drop(url)


def _wait_until_read(fleet: Fleet) -> None:
    with Catalogue.open(fleet.url) as catalogue:

        def read() -> bool:
            done = catalogue.articles.count() == len(STORIES)
            return done and catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID)) == 0

        fleet.wait_for(read)


@pytest.mark.parametrize("shard", [0, 1])
def test_each_process_answers_in_the_guilds_of_its_shard(fleet: Fleet, shard: int) -> None:
    reply = fleet.ask(fleet.guilds[shard].channel, fleet.person("ann"), "Who led the round of Harbor AI?")
    assert "Meridian Capital" in reply.content
    fleet.wait_for(lambda: "on 1 servers" in fleet.bots[shard].log)


def test_a_direct_message_is_answered_by_one_process(fleet: Fleet) -> None:
    dm = fleet.server.dm(fleet.person("bea"))
    fleet.ask(dm, dm.recipients[0], "What did Nordlicht Labs release?")
    fleet.ask(fleet.guilds[1].channel, fleet.person("bob"), "What did Nordlicht Labs release?")
    assert [m.content for m in fleet.server.replies(dm)] == [discord_text.NO_SOURCES_IN_DM]


@pytest.mark.parametrize("shard", [0, 1])
def test_settings_that_another_process_changed_are_known_within_seconds(fleet: Fleet, shard: int) -> None:
    cat = fleet.person("cat")
    guild = fleet.guilds[shard]
    asked = fleet.use(guild, cat, "ask", question="What did Nordlicht Labs release?")
    assert not asked.ephemeral
    fleet.set(guild, GuildSettings(private=True))
    fleet.server.wait_for(lambda: fleet.use(guild, fleet.person("cat"), "ask", question="Who?").ephemeral, 10)
    fleet.set(guild, GuildSettings())


def test_a_persons_limit_holds_in_all_processes_together(fleet: Fleet) -> None:
    dan = fleet.person("dan")
    channels = [fleet.guilds[n % 2].channel for n in range(2 * PER_MINUTE)]
    begun = time.monotonic()
    said = [fleet.ask(channel, dan, "Who led the round of Harbor AI?").content for channel in channels]
    answered = ["Meridian Capital" in content for content in said]
    free_again = math.ceil(PER_MINUTE * (time.monotonic() - begun) / 60)  # the window slides on while they are asked
    assert answered[:PER_MINUTE] == [True] * PER_MINUTE
    assert sum(answered) <= PER_MINUTE + free_again, "each process alone would have answered all"


def test_a_null_character_that_a_person_types_is_no_failure(fleet: Fleet) -> None:
    admin, guild = fleet.person("eve", MANAGE_GUILD), fleet.guilds[0]
    answer = fleet.ask(guild.channel, admin, "Who\0 led the round of Harbor\0 AI?")
    (report,) = [
        c["custom_id"]
        for row in answer.components
        for c in row["components"]
        if c["custom_id"].split(":")[1] == "report"
    ]
    form = fleet.server.press(answer, report, admin)
    fleet.wait_for(lambda: form.modal)
    sent = fleet.server.submit_modal(form, {"comment": "wrong\0!"})
    fleet.wait_for(lambda: sent.done)
    assert sent.content == discord_text.REPORTED
    assert fleet.use(guild, admin, "why", address="https://a\0.example/").content.startswith("Nothing is known of")
    fleet.use(guild, admin, "settings topics", topics="a\0b, chips")


def test_a_digest_and_an_alarm_are_told_once_while_two_processes_have_the_shard(fleet: Fleet) -> None:
    """As while one is replaced by another, and more than that: both begin at the same moment."""
    guild = fleet.server.add_guild("Twice", shard=(0, 2))
    due = datetime.now(UTC) - timedelta(hours=2)
    assert fleet.bots[0].stop() == 0
    with Catalogue.open(fleet.url) as catalogue:
        _silence(catalogue, guild)
        schedule = GuildSettings(
            digest_channel=guild.channel.id,
            alarm_channel=guild.channel.id,
            digest_rhythm="daily",
            digest_hour=due.hour,
            digest_from=int((due - timedelta(days=9)).timestamp()),
        )
        GuildService(catalogue.database).change(guild.id, schedule)
    for part in (fleet.bots[0], fleet.again):
        part.start()
    fleet.wait_for(lambda: len([s for s in fleet.server.gateway.connected if s.shard == (0, 2)]) == 2)
    fleet.wait_for(lambda: fleet.posts(guild.channel, "## ") and _alarms(fleet, guild))
    fleet.wait_for(lambda: "connected as" in fleet.again.log)
    assert fleet.again.stop() == 0, fleet.again.log
    assert "Traceback" not in fleet.again.log
    assert len(fleet.posts(guild.channel, "## ")) == 1
    assert len(_alarms(fleet, guild)) == 1


def _silence(catalogue: Catalogue, guild: Guild) -> None:
    """A source of the guild that has ended."""
    now = datetime.now(UTC)
    catalogue.sources.add("https://ended.example/", SourceKind.FEED, NO_OVERRIDES, str(guild.id), now)
    source = catalogue.sources.get("https://ended.example/")
    error = FetchError(FailureKind.GONE, "cannot fetch", source.address, "410")
    catalogue.sources.record_failure(source, error, now, now + timedelta(days=1))


def _alarms(fleet: Fleet, guild: Guild) -> list[str]:
    return [content for content in fleet.posts(guild.channel, "") if re.search(r"ended\.example", content)]
