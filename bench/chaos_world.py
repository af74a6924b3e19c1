"""What goes on while `chaos.py` kills: articles are published, people ask, digests fall due; and what became of it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from sqlalchemy import func, select

from bot.services.guilds import GuildService, GuildSettings
from ingest.catalogue import Catalogue
from ingest.catalogue.schema import articles
from ingest.errors import VerbatimError
from tests.fleet import Part
from tests.servers.discord import Channel, DiscordServer, Guild, Interaction, Message, User
from tests.servers.web import Reply, WebServer

SHARDS = 2
PATIENCE_S = 30.0
"""A question that a process had for so long without an answer is lost, whatever became of the process later."""
IN_A_FEED = 60
_NAMES = ("Aurora", "Borealis", "Cygnus", "Draco", "Eridanus", "Fornax", "Gemini", "Hydra", "Indus", "Lyra")
_MAKERS = ("Nordlicht Labs", "Harbor AI", "Kite Robotics", "Moss Machines", "Orchard Systems", "Lakeside Research")
_DEEDS = ("released the model", "published the weights of", "withdrew", "measured", "sold its first", "paused work on")


class Press:
    """Feeds that keep giving articles, each with a page of its own."""

    def __init__(self, web: WebServer, feeds: int) -> None:
        self._web = web
        self._items: list[list[str]] = [[] for _ in range(feeds)]
        self.published: list[str] = []
        for n in range(feeds):
            self._show(n)

    @property
    def feeds(self) -> list[str]:
        return [self._web.url(f"/feed-{n}.xml") for n in range(len(self._items))]

    def publish(self) -> None:
        """One more article."""
        number = len(self.published)
        drawn = random.Random(number)
        name, maker = f"{drawn.choice(_NAMES)} {number}", drawn.choice(_MAKERS)
        title = f"{maker} {drawn.choice(_DEEDS)} {name}"
        facts = " ".join(f"Its part {drawn.randrange(10**6)} took {drawn.randrange(10**6)} hours." for _ in range(6))
        page = (
            f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{title}. {facts}</p>"
        )
        self._web.on(f"/article-{number}", Reply(body=f"{page}</article></body></html>"))
        link, date = self._web.url(f"/article-{number}"), format_datetime(datetime.now(UTC))
        feed = number % len(self._items)
        self._items[feed].insert(0, f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>")
        self._show(feed)
        self.published.append(link)

    def _show(self, feed: int) -> None:
        items = "".join(self._items[feed][:IN_A_FEED])
        body = f"<rss version='2.0'><channel><title>Feed {feed}</title>{items}</channel></rss>"
        self._web.on(f"/feed-{feed}.xml", Reply(body=body, content_type="application/rss+xml"))

    def missing(self, catalogue: Catalogue) -> list[str]:
        """Published articles that are not stored."""
        with catalogue.database.read() as connection:
            stored = set(connection.execute(select(articles.c.url)).scalars())
        return [link for link in self.published if link not in stored]

    def doubled(self, catalogue: Catalogue) -> int:
        """How many articles are stored once too often."""
        with catalogue.database.read() as connection:
            rows = connection.execute(select(func.count()).select_from(articles).group_by(articles.c.url)).scalars()
            return sum(count - 1 for count in rows)


@dataclass
class Asked:
    """A question, and the process that Discord delivered it to.

    Attributes:
        life: which start of its bot; 0 if no process was connected.
    """

    shard: int
    life: int
    at: float
    message: Message | None = None
    interaction: Interaction | None = None


@dataclass
class Crowd:
    """People who ask, by mention and by command, in a guild of each shard.

    Attributes:
        ends: when each life of each bot ended, by shard and number of the start.
    """

    server: DiscordServer
    bots: list[Part]
    guilds: list[Guild]
    people: list[User]
    asked: list[Asked] = field(default_factory=list)
    ends: dict[tuple[int, int], float] = field(default_factory=dict)

    def ask(self, about: str) -> None:
        """Somebody asks in one of the guilds."""
        shard, person = random.randrange(SHARDS), random.choice(self.people)
        channel, question = self.guilds[shard].channel, f"What did {about}?"
        life = self.bots[shard].starts if self._is_connected(shard) else 0
        asked = Asked(shard, life, time.monotonic())
        if random.random() < 0.5 and self.server.commands():
            asked.interaction = self.server.slash(self.guilds[shard], channel, person, "ask", {"question": question})
        else:
            asked.message = self.server.say(channel, person, question, mentions=[self.server.bot])
        if not self._is_connected(shard):  # killed at this very moment
            asked.life = 0
        self.asked.append(asked)

    def _is_connected(self, shard: int) -> bool:
        return self.bots[shard].runs and any(s.shard == (shard, SHARDS) for s in self.server.gateway.connected)

    def outcomes(self) -> dict[str, int]:
        """How many questions met which end."""
        replies = [message for guild in self.guilds for message in self.server.replies(guild.channel)]
        counts = dict.fromkeys(("answered", "doubled", "undelivered", "died", "lost"), 0)
        for asked in self.asked:
            counts[self._outcome(asked, replies)] += 1
            counts["doubled"] += max(_answers(asked, replies) - 1, 0)
        return counts

    def _outcome(self, asked: Asked, replies: list[Message]) -> str:
        if _answers(asked, replies):
            return "answered"
        if not asked.life:
            return "undelivered"
        lived_s = self.ends.get((asked.shard, asked.life), time.monotonic()) - asked.at
        return "lost" if lived_s > PATIENCE_S else "died"


def _answers(asked: Asked, replies: list[Message]) -> int:
    if asked.interaction is not None:
        return int(asked.interaction.done)
    return sum(reply.reference is asked.message for reply in replies)


class Desk:
    """Digests that fall due, in guilds of their own; set by a process that is none of the bots."""

    def __init__(self, server: DiscordServer, url: str) -> None:
        self._server, self._url = server, url
        self.guilds: list[Guild] = []

    def schedule(self) -> None:
        """One more guild whose digest has been due for an hour."""
        number = len(self.guilds)
        guild = self._server.add_guild(f"Digest {number}", shard=(number % SHARDS, SHARDS))
        due = datetime.now(UTC) - timedelta(hours=1)
        settings = GuildSettings(
            digest_channel=guild.channel.id,
            digest_rhythm="daily",
            digest_hour=due.hour,
            digest_from=int((due - timedelta(days=3)).timestamp()),
        )
        self.guilds.append(guild)
        threading.Thread(target=patiently, args=(lambda: self._set(guild.id, settings),), daemon=True).start()

    def _set(self, guild_id: int, settings: GuildSettings) -> None:
        with Catalogue.open(self._url) as catalogue:
            GuildService(catalogue.database).change(guild_id, settings)

    def posted(self) -> list[int]:
        """How many digests each guild got."""
        return [sum(_is_digest(message) for message in _all(self._server, guild.channel)) for guild in self.guilds]


def _all(server: DiscordServer, channel: Channel) -> list[Message]:
    return server.replies(channel)


def _is_digest(message: Message) -> bool:
    return message.content.startswith("## ")


def patiently(work: Callable[[], None], limit_s: float = 120.0) -> None:
    """Do it as soon as the database answers."""
    deadline = time.monotonic() + limit_s
    while True:
        try:
            work()
        except VerbatimError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return
