"""What parsers return, named by its stage. Times are aware and in UTC, or None where the document has none."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article as its document tells it; `text` is not cleaned yet.

    Attributes:
        url: the canonical address the document names, else where it was read; None for a local file without one.
        source: the publisher's display name, "" where the document names none.
        language: the language tag that the document gives itself.
        note: what an operator should know of how it was read, "" for nothing.
        no_later_than: a time by which it was there, where it has no date.
    """

    url: str | None
    title: str
    source: str
    author: str | None
    published_at: datetime | None
    text: str
    updated_at: datetime | None = None
    language: str | None = None
    note: str = ""
    no_later_than: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed.

    Attributes:
        key: the item's identity inside its feed (guid, else link, else title).
        url: address of the article's page, None where the entry has none.
        text: the entry's own body as plain text, "" where it has none.
        unread_date: what it says of a date that cannot be read as one, "" where all could.
        publisher: whom the entry itself names as its source, "" where it names none.
        no_later_than: a time by which the article was there, where it has no date.
    """

    key: str
    url: str | None
    title: str
    author: str | None
    published_at: datetime | None
    updated_at: datetime | None
    text: str
    unread_date: str = ""
    publisher: str = ""
    no_later_than: datetime | None = None

    @property
    def digest(self) -> str:
        """Another one when the feed says something else of this entry."""
        told = f"{self.title}\0{self.updated_at}\0{self.text}"
        return f"{zlib.crc32(told.encode()):08x}"


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed: its display name, its site's address, its items, newest first, and the language tag it gives itself.

    Attributes:
        note: what an operator should know of how it was read, "" for nothing.
        has_ended: it says of itself that nothing will come any more.
    """

    title: str
    site_url: str | None
    items: tuple[FeedItem, ...]
    language: str | None = None
    note: str = ""
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a .jsonl that is no article. `number` counts from 1."""

    number: int
    why: str
