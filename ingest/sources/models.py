"""A source, the notes on its entries, and the result of a successful read. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SourceKind(StrEnum):
    FEED = "feed"
    PODCAST = "podcast"
    YOUTUBE = "youtube"
    RELEASES = "releases"
    ARXIV = "arxiv"
    SITEMAP = "sitemap"
    PAGE = "page"
    FILE = "file"
    FOLDER = "folder"
    JSONL = "jsonl"
    MAILBOX = "mailbox"

    @property
    def has_entries(self) -> bool:
        """Whether it lists entries, each of which is read once."""
        return self.is_feed or self is SourceKind.SITEMAP

    @property
    def is_feed(self) -> bool:
        """Whether it is a feed, of whatever entries."""
        return self in _FEEDS

    @property
    def is_local(self) -> bool:
        return self in (SourceKind.FILE, SourceKind.FOLDER, SourceKind.JSONL, SourceKind.MAILBOX)


_FEEDS = frozenset({SourceKind.FEED, SourceKind.PODCAST, SourceKind.YOUTUBE, SourceKind.RELEASES, SourceKind.ARXIV})


@dataclass(frozen=True, slots=True)
class FileOverrides:
    """The operator's data on a single file; it takes precedence over the file's own."""

    title: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None


NO_OVERRIDES = FileOverrides()


@dataclass(frozen=True, slots=True)
class Source:
    """An address that is read regularly, and the state of its reads."""

    id: int
    address: str
    kind: SourceKind
    title: str
    given: FileOverrides
    enabled: bool
    added_at: datetime
    due_at: datetime
    etag: str | None
    last_modified: str | None
    content_sha256: str | None
    checked_at: datetime | None
    succeeded_at: datetime | None
    new_item_at: datetime | None
    usual_gap_s: int | None
    failures: int
    failing_since: datetime | None
    failure_kind: str | None
    failure_why: str | None
    unseen_since: datetime | None
    retry_at: datetime | None

    def article_key(self, entry: str) -> str:
        """The key of the article that comes from an entry of this source; no other source has it.

        It does not change when the source moves or the entry's address changes. A page is its source's only entry.
        """
        return f"{self.id}:{SourceKind.PAGE.value if self.kind is SourceKind.PAGE else entry}"

    @property
    def newest_at(self) -> datetime:
        """When it last brought something new; at first, when it was added."""
        return self.new_item_at or self.added_at


@dataclass(frozen=True, slots=True)
class EntryNote:
    """The outcome of one entry of a source, as `ingest why` shows it: `outcome` in a word, `detail` in full.

    Attributes:
        again: it should be read again soon; `attempts` and `retry_at` are computed when the note is stored.
        attempts: number of failed attempts.
        retry_at: when to retry it, if its source still has it; None if it was read or given up.
        digest: a hash of the source's data on it; "" if changes do not matter.
    """

    key: str
    url: str | None
    title: str
    outcome: str
    detail: str = ""
    article_id: str | None = None
    again: bool = False
    attempts: int = 0
    retry_at: datetime | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class SeenEntries:
    """The entries of a source that were read before.

    Attributes:
        digests: a hash of the source's data on each entry, by key; "" if changes do not matter.
        keys: an entry's key by its address and title.
    """

    digests: Mapping[str, str]
    keys: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Success:
    """What a successful read records for the next one. `kind`: what it turned out to be, if that is another."""

    at: datetime
    due_at: datetime
    found_new: bool
    title: str | None = None
    address: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_sha256: str | None = None
    kind: SourceKind | None = None


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """The outcome of an entry, when, and at which source."""

    at: datetime
    address: str
    item: EntryNote
