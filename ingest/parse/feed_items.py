"""Gives each item of a feed a unique identity and a place in time. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from ingest.parse.html import html_text
from ingest.parse.models import FeedItem, TranscriptLink

_ADDRESS = re.compile(r"[^\s()<>,;]+@[^\s()<>,;]+")
_UNREAD_CHARS = 40
LONGEST_KEY = 600
"""Characters of an item's key: as bytes, it fits into an index of any database (2700)."""
_KEPT_OF_KEY = 200
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RawItem:
    """An entry as its feed gives it, without an identity yet.

    Attributes:
        unread_date: a date of it that could not be parsed.
        publisher: the source that the entry itself names, "" if none.
        no_later_than: a time by which an undated article existed.
        note: for operators, on what the feed says of it.
        transcripts: of an episode.
    """

    guid: str
    url: str | None
    title: str
    author: str | None
    published_at: datetime | None
    updated_at: datetime | None
    text: str
    unread_date: str = ""
    publisher: str = ""
    no_later_than: datetime | None = None
    note: str = ""
    transcripts: tuple[TranscriptLink, ...] = ()


class RawFeed(NamedTuple):
    """A feed as parsed. `link` is its site's address, "" if missing."""

    title: str
    link: str
    items: Sequence[RawItem]
    language: str = ""


def longest_text(bodies: Iterable[str], url: str) -> str:
    """The text of the longest of an entry's HTML bodies: the full text if the feed has it, else the summary.

    Args:
        url: the entry's page, else the feed's; decides which links stay on the same site.
    """
    return max((html_text(body, url) for body in bodies), key=lambda text: (len(text), text), default="")


def person(said: str) -> str:
    """The name in RSS's `someone@example.org (A. Writer)` and the like; "" if there is only an address."""
    if "@" not in said:
        return said
    return _ADDRESS.sub("", said).strip(" ()<>,;")


def to_items(raw: Iterable[RawItem]) -> tuple[FeedItem, ...]:
    """Give each item its key, drop empty and duplicate ones, and sort newest first.

    The key is the first of guid, link, title and then of their pairs (with the date too) that is unique
    in the feed. MonitoRSS does the same, but per feed; per item, one repeated guid does not rename the others.
    """
    distinct = dict.fromkeys(item for item in raw if item.url or item.title or item.text)
    candidates = {item: [_short(name) for name in _names(item)] for item in distinct}
    uses = Counter(name for names in candidates.values() for name in set(names))
    items: dict[str, FeedItem] = {}
    for item, names in candidates.items():
        key = next((name for name in names if uses[name] == 1), names[-1] if names else "")
        items.setdefault(
            key,
            FeedItem(
                key,
                item.url,
                item.title,
                item.author,
                item.published_at,
                item.updated_at,
                item.text,
                item.unread_date,
                item.publisher,
                item.no_later_than,
                item.note,
                item.transcripts,
            ),
        )
    return _newest_first([item for key, item in items.items() if key])


def first_unread(*dates: tuple[str, datetime | None]) -> str:
    """The first of an entry's dates that could not be parsed."""
    return next((said[:_UNREAD_CHARS] for said, read in dates if said and read is None), "")


def _names(item: RawItem) -> Iterator[str]:
    """Possible identities of an item, best first."""
    date = item.published_at.isoformat() if item.published_at else ""
    guid, url, title = item.guid, item.url or "", item.title
    yield from filter(None, (guid, url, title))
    for one, other in ((guid, url), (guid, title), (guid, date), (url, title), (url, date), (title, date)):
        if one and other:
            yield f"{one} | {other}"
    if not (guid or url or title):
        yield from filter(None, (date, item.text[:200]))


def _short(name: str) -> str:
    """The name; in place of a very long one, its beginning and its hash."""
    if len(name) <= LONGEST_KEY:
        return name
    return f"{name[:_KEPT_OF_KEY]}… {hashlib.sha256(name.encode()).hexdigest()}"


def _newest_first(items: list[FeedItem]) -> tuple[FeedItem, ...]:
    """By date; an undated item stays behind the item above it."""
    dates: list[datetime] = []
    for item in items:
        dates.append(item.published_at or (dates[-1] if dates else _BEGINNING))
    order = sorted(range(len(items)), key=lambda n: dates[n], reverse=True)
    return tuple(items[n] for n in order)
