"""The whole program as people meet it: `python -m bot` in a process of its own, on a loopback Discord and web.

    with Newsroom.open(data_dir) as room:
        room.server.slash(room.guild, room.channel, room.admin, "source add", {"address": room.feed})
        room.wait_until_read()

Knows who is there and what the web holds; the tests and the transcript of docs/discord.md play on it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Self

from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION_ID
from tests.servers.discord import Channel, DiscordServer, Interaction, Message, User
from tests.servers.discord.components import walk_components
from tests.servers.discord.permissions import MANAGE_GUILD
from tests.servers.web import Reply, WebServer

ROOT = Path(__file__).parents[1]
MESSAGE_CONTENT = 1 << 15
"""The privileged intent (Discord developer reference, "Gateway Intents")."""
START_S = 40
"""Patience for the start of a process and for its ingest, on a busy machine."""


@dataclass(frozen=True)
class Story:
    """An article of the loopback web: paragraphs of plain text."""

    path: str
    title: str
    paragraphs: tuple[str, ...]
    age: timedelta

    @property
    def html(self) -> str:
        body = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)
        head = f"<head><title>{self.title}</title></head>"
        return f"<html lang=en>{head}<body><article><h1>{self.title}</h1>{body}</article></body></html>"


STORIES = (
    Story(
        "/polaris-2",
        "Nordlicht Labs releases Polaris 2",
        (
            "Nordlicht Labs released Polaris 2, an open-weight language model with 34 billion parameters. "
            "The weights are published under the Apache 2.0 license.",
            "Polaris 2 reads up to 256,000 tokens at once. Nordlicht Labs says that it costs 40 percent less to run "
            "than the first Polaris, because only 6 billion parameters are active for each token.",
            "The company has not published the training data. A smaller version for laptops is planned for spring.",
        ),
        timedelta(days=1),
    ),
    Story(
        "/harbor-funding",
        "Harbor AI raises $120 million for ship inspection robots",
        (
            "Harbor AI has raised $120 million in a round led by Meridian Capital. The start-up builds robots that "
            "inspect the hulls of ships under water.",
            "Harbor AI says that its robots find cracks with a camera and a small vision model. Ninety ports in "
            "Europe and Asia use the service today.",
            "The money will pay for a second factory in Rotterdam.",
        ),
        timedelta(days=3),
    ),
    Story(
        "/week",
        "The week in robotics",
        (
            "Three robotics companies closed funding rounds this week. Harbor AI led the way with 120 million dollars.",
            "Kite Robotics raised 30 million dollars for drones that count birds. The round was led by Lakeside Fund.",
            "Moss Robotics raised 8 million dollars for a machine that plants trees on steep slopes.",
            "The regulator of Freedonia published rules for delivery robots on pavements. They may drive at walking "
            "speed, must carry a lamp, and need a human who can stop them at any time.",
            "A study of the University of Sylvania finds that warehouse robots halve the injuries of their human "
            "colleagues. It followed 4,200 workers in 31 warehouses for two years.",
            "Orchard Machines stopped the sale of its apple picker after complaints about bruised apples.",
            "The open-source project Cartographer Nine reached its first stable version after six years of work.",
            "Next week the trade fair for machines opens in Freedonia, with 900 exhibitors from 40 countries.",
        ),
        timedelta(days=2),
    ),
)


class Newsroom:
    """A Discord with two guilds, a web with one feed, and a running bot.

    Attributes:
        guild: where the bot is; `admin` may manage it, `ann` may not.
        other: a second guild with an admin of its own, `boss`.
        process: the bot.
    """

    def __init__(self, server: DiscordServer, web: WebServer, data_dir: Path, database_url: str = "") -> None:
        self.server, self.web, self.data_dir, self._database_url = server, web, data_dir, database_url
        self.guild, self.other = server.add_guild("Newsroom"), server.add_guild("Elsewhere")
        self.ann = server.add_user("ann", self.guild)
        self.admin = server.add_user("admin", self.guild, MANAGE_GUILD)
        self.boss = server.add_user("boss", self.other, MANAGE_GUILD)
        self.process: BotProcess
        publish(web)

    @classmethod
    @contextmanager
    def open(cls, data_dir: Path, **settings: str) -> Iterator[Self]:
        """Everything running and logged in; `settings` are the bot's, by their names in the environment."""
        intents = MESSAGE_CONTENT if "DISCORD_MESSAGE_CONTENT" in settings else 0
        with DiscordServer(privileged_intents=intents) as server, WebServer() as web:
            room = cls(server, web, data_dir, settings.get("DATABASE_URL", ""))
            with bot_process(room.settings | settings) as room.process:
                room.process.wait_for(lambda: server.connected, server)
                yield room

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DATA_DIR": str(self.data_dir),
            "DISCORD_TOKEN": self.server.token,
            "DISCORD_API_URL": self.server.api_url,
            "INGEST_ALLOW_HOSTS": self.web.host,
        }

    def catalogue(self) -> Catalogue:
        """The bot's catalogue, opened beside it."""
        return Catalogue.open(self._database_url or f"sqlite:///{self.data_dir / 'catalogue.db'}")

    @property
    def channel(self) -> Channel:
        return self.guild.channel

    @property
    def feed(self) -> str:
        return self.web.url("/feed.xml")

    @property
    def texts(self) -> str:
        """All that the articles say, on one line."""
        return " ".join(paragraph for story in STORIES for paragraph in story.paragraphs)

    def add(self, feed: str) -> None:
        """The admin adds a source, and its kind is found."""
        added = self.server.slash(self.guild, self.channel, self.admin, "source add", {"address": feed})
        self.process.wait_for(lambda: added.done, self.server)

    def ask(self, text: str, user: User | None = None) -> Message:
        """Mention the bot in the guild's channel and wait for its reply."""
        asked = self.server.say(self.channel, user or self.ann, text, mentions=[self.server.bot])
        return self.reply_to(asked)

    def reply_to(self, asked: Message) -> Message:
        def replies() -> list[Message]:
            return [m for m in self.server.replies(asked.channel) if m.reference is asked]

        self.process.wait_for(replies, self.server)
        return replies()[0]

    def restart(self) -> None:
        """Stop the bot and start it again on the same data."""
        assert self.process.stop() == 0, self.process.log
        self.process.start()
        self.process.wait_for(lambda: self.server.connected, self.server)

    def press(self, message: Message, deed: str, user: User | None = None) -> Interaction:
        """Press the button of that name under a message; the finished interaction."""
        ids = [c["custom_id"] for c in walk_components(message.components) if "custom_id" in c]
        custom_id = next(custom_id for custom_id in ids if custom_id.split(":")[1] == deed)
        pressed = self.server.press(message, custom_id, user or self.ann)
        self.process.wait_for(lambda: pressed.done, self.server)
        return pressed

    def wait_until_read(self, articles: int = len(STORIES)) -> None:
        """Wait until the bot's own ingest has stored so many articles and indexed them."""
        with self.catalogue() as catalogue:

            def read() -> bool:
                done = catalogue.articles.count() == articles
                return done and catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID)) == 0

            self.process.wait_for(read, self.server)


class BotProcess:
    """`python -m bot` with some settings and no others; started at once.

    Attributes:
        log: what it wrote on stderr until it was stopped, all starts together.
    """

    def __init__(self, settings: dict[str, str]) -> None:
        self._environment = os.environ | {"PYTHONPATH": str(ROOT), "MONITOR_ADDRESS": "off"} | settings
        self.log = ""
        self.start()

    def start(self) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            env=self._environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait_for(self, predicate: Callable[[], object], server: DiscordServer) -> None:
        """Wait until something holds; that the process ended instead is told with its log."""
        server.wait_for(lambda: predicate() or self.popen.poll() is not None, START_S)
        if self.popen.poll() is not None:
            raise AssertionError(f"the bot ended with {self.popen.returncode}:\n{self.popen.communicate()[1]}")

    def end(self) -> tuple[int, str]:
        """Wait until it ends by itself: its exit code and what it wrote on stdout."""
        out, log = self.popen.communicate(timeout=START_S)
        self.log += log
        return self.popen.returncode, out

    def stop(self) -> int:
        """SIGTERM, as service managers send it; the exit code."""
        self.popen.send_signal(signal.SIGTERM)
        return self.end()[0]


@contextmanager
def bot_process(settings: dict[str, str]) -> Iterator[BotProcess]:
    """A bot that is killed at the end if it still runs."""
    process = BotProcess(settings)
    try:
        yield process
    finally:
        process.popen.kill()
        process.popen.communicate()


def publish(
    web: WebServer, path: str = "/feed.xml", paper: str = "Loopback News", stories: Sequence[Story] = STORIES
) -> str:
    """A feed that names articles, and the articles themselves; the feed's address."""
    now = datetime.now(UTC)
    items = []
    for story in stories:
        web.on(story.path, Reply(body=story.html))
        link, date = web.url(story.path), format_datetime(now - story.age)
        items.append(f"<item><title>{story.title}</title><link>{link}</link><pubDate>{date}</pubDate></item>")
    feed = f"<rss version='2.0'><channel><title>{paper}</title>{''.join(items)}</channel></rss>"
    web.on(path, Reply(body=feed, content_type="application/rss+xml"))
    return web.url(path)
