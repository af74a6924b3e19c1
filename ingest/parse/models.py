"""What parsers return. Times are aware and in UTC, or None if the document has none."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedForm(StrEnum):
    """What the entries of a feed are. The values are those of `ingest.sources.models.SourceKind`."""

    PLAIN = "feed"
    PODCAST = "podcast"
    YOUTUBE = "youtube"
    RELEASES = "releases"
    ARXIV = "arxiv"


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """A transcript that an episode names: its address, media type and language, "" where it names none."""

    url: str
    type: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article as its document gives it; `text` is not cleaned yet.

    Attributes:
        url: the canonical address in the document, else where it was read; None for a local file without one.
        source: the publisher's display name, "" if the document names none.
        language: the language tag in the document.
        note: for operators, on how it was read; "" for none.
        no_later_than: a time by which it existed, if it has no date.
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
        url: address of the article's page, None if the entry has none.
        text: the entry's own body as plain text, "" if it has none.
        unread_date: a date of it that could not be parsed, "" if all could.
        publisher: the source that the entry itself names, "" if none.
        no_later_than: a time by which an undated article existed.
        note: for operators, on what the feed says of it; "" for none.
        transcripts: of an episode, in the order of the feed.
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
    note: str = ""
    transcripts: tuple[TranscriptLink, ...] = ()

    @property
    def digest(self) -> str:
        """Changes whenever the feed's data on this entry does."""
        content = f"{self.title}\0{self.updated_at}\0{self.text}"
        return f"{zlib.crc32(content.encode()):08x}"


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed: its display name, its site's address, its items, newest first, and the language tag it gives itself.

    Attributes:
        note: for operators, on how it was read; "" for none.
        has_ended: it declares that it will not be updated any more.
        parts: addresses of the site maps that it lists instead of items, the newest first.
        form: what its entries are.
    """

    title: str
    site_url: str | None
    items: tuple[FeedItem, ...]
    language: str | None = None
    note: str = ""
    has_ended: bool = False
    parts: tuple[str, ...] = ()
    form: FeedForm = FeedForm.PLAIN


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a .jsonl file that is not an article. `number` counts from 1."""

    number: int
    why: str
