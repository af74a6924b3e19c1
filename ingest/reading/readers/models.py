"""What a reader returns: the contents of a source, its articles and the entries without one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.errors import SourceError
from ingest.parse.models import ParsedArticle
from ingest.sources.models import SourceKind


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article. `item` is the entry's identity in its source.

    `error` says why its page could not be read, if a retry may work; until then the feed's text is used. `digest`
    changes whenever the source's data on the entry does.
    """

    item: str
    article: ParsedArticle
    detail: str = ""
    error: SourceError | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class UnreadEntry:
    """An entry that could not be read, or was left out on purpose (`error` is None)."""

    item: str
    url: str | None
    title: str
    why: str
    error: SourceError | None = None


@dataclass(frozen=True, slots=True)
class SourceContents:
    """What a source contained. `findings` may fetch during iteration, so that one article is in memory at a time.

    Attributes:
        moved_to: the address to which it has permanently moved.
        fresh_for_s: how long the response stays fresh according to the server, in seconds.
        kind: what it turned out to be; None if it was not read anew.
    """

    findings: Iterable[FoundArticle | UnreadEntry]
    title: str | None = None
    moved_to: str | None = None
    fresh_for_s: float | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_sha256: str | None = None
    kind: SourceKind | None = None
