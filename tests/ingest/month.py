"""A web on which sources misbehave for a month, and the time that passes there. `misbehaviours` says in which ways.

A feed brings an article every third day and shows the newest five. What it offered in a way in which it can be read,
it remembers, so that a test can ask whether all of it arrived.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from ingest.errors import FailureKind
from ingest.sources.models import SourceKind
from tests.ingest.examples import NOW
from tests.servers.web import Reply, Request, Response, WebServer

DAY = timedelta(days=1)
MONTH = 30 * DAY
RHYTHM = 3 * DAY
SHOWN = 5
RSS = "application/rss+xml"
_SYLLABLES = "ba ce di fo gu ha ki lo mu na pe ri so tu va we xi yo zu".split()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed. `link` is a path of the loopback web; "" for an entry that has no page."""

    title: str
    guid: str
    text: str
    at: datetime
    link: str = ""


def story(name: str, n: int) -> Entry:
    """The n-th article of a source: a text that no other one shares."""
    rng = random.Random(f"{name} {n}")
    words = ["".join(rng.choices(_SYLLABLES, k=3)) for _ in range(90)]
    sentences = [" ".join(words[i : i + 9]).capitalize() + "." for i in range(0, 90, 9)]
    return Entry(f"{name} number {n}", f"{name}-{n}", " ".join(sentences), NOW + n * RHYTHM)


class World:
    """The web, the time, and what sources offered and were asked.

    Attributes:
        elsewhere: another site, with rules for robots.
        offered: titles of the articles that each source offered in a way in which they can be read.
        asked: when each path was asked for.
    """

    def __init__(self, web: WebServer, elsewhere: WebServer) -> None:
        self.web = web
        self.elsewhere = elsewhere
        self.now = NOW
        self.offered: dict[str, set[str]] = {}
        self.asked: dict[str, list[datetime]] = {}

    @property
    def age(self) -> timedelta:
        return self.now - NOW

    def on(self, path: str, handler: Callable[[Request], Response], *, web: WebServer | None = None) -> None:
        """Answer a path like this, and remember when it was asked for."""

        def answer(request: Request) -> Response:
            self.asked.setdefault(path, []).append(self.now)
            return handler(request)

        (web or self.web).on(path, answer)

    def offer(self, name: str, *entries: Entry) -> None:
        self.offered.setdefault(name, set()).update(entry.title for entry in entries)

    def entries(self, name: str, until: timedelta = MONTH) -> list[Entry]:
        """What a feed that ends at `until` shows now, newest first."""
        count = min(self.age, until) // RHYTHM + 1
        return [story(name, n) for n in reversed(range(max(0, count - SHOWN), count))]

    def feed(self, name: str, entries: Iterable[Entry] | None = None, *, head: str = "") -> Reply:
        """A proper feed; without `entries` its usual ones, which count as offered."""
        if entries is None:
            entries = self.entries(name)
            self.offer(name, *entries)
        title = f"<title>The {name}</title><link>{self.web.url(f'/{name}/')}</link>"
        items = "".join(map(self._item, entries))
        return Reply(body=f"<rss version='2.0'><channel>{title}{head}{items}</channel></rss>", content_type=RSS)

    def page(self, name: str, entry: Entry) -> Reply:
        """A proper page with an article, which counts as offered."""
        self.offer(name, entry)
        body = f"<article><h1>{entry.title}</h1><p>{entry.text}</p></article>"
        return Reply(body=f"<html lang=en><head><title>{entry.title}</title></head><body>{body}</body></html>")

    def _item(self, entry: Entry) -> str:
        link = f"<link>{self.web.url(entry.link)}</link>" if entry.link else ""
        head = f"<title>{entry.title}</title><guid isPermaLink='false'>{entry.guid}</guid>{link}"
        date = f"<pubDate>{format_datetime(entry.at)}</pubDate>"
        return f"<item>{head}{date}<description>{escape(entry.text)}</description></item>"


Answer = Callable[[World, Request], Response]


@dataclass(frozen=True)
class Misbehaviour:
    """A source and its way to misbehave.

    Attributes:
        name: its path; where `address` names another place, it is not asked itself.
        kind: how reads fail because of it; None where it does no harm.
        answer: what the source says while it lasts.
        lasts: after that, the source is a proper feed.
        alarms: what is told of it in the month.
        most: how often it may be asked in the month.
    """

    name: str
    kind: FailureKind | None
    answer: Answer
    lasts: timedelta = MONTH * 2
    alarms: tuple[str, ...] = ()
    most: int = 75
    source_kind: SourceKind = SourceKind.FEED
    address: Callable[[World], str] | None = None

    def install(self, world: World) -> str:
        """Put it on the web; gives its address back."""
        world.on(f"/{self.name}", lambda request: self._answer(world, request))
        return self.address(world) if self.address else world.web.url(f"/{self.name}")

    def fails_at(self, moment: datetime) -> FailureKind | None:
        """How a read at this time fails."""
        return self.kind if moment - NOW < self.lasts else None

    def _answer(self, world: World, request: Request) -> Response:
        return self.answer(world, request) if world.age < self.lasts else world.feed(self.name)
