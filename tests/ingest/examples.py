"""Small articles and sources for tests of the catalogue and of what works on it."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.catalogue import Catalogue
from ingest.catalogue.read_batches import Entry, ReadBatch
from ingest.catalogue.records import ArticleRecord
from ingest.models import SHARED_SCOPE
from ingest.parse.models import ParsedArticle
from ingest.reading.prepare import to_record
from ingest.sources.models import NO_OVERRIDES, EntryNote, Source, SourceKind

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FEED = "https://example.org/feed.xml"
TEXT = "Aurora released a small model on Monday. It answers questions about the weather.\n\nIts licence is open."


def record(
    key: str = "https://example.org/aurora",
    text: str = TEXT,
    *,
    title: str = "Aurora",
    published_at: datetime | None = None,
    fetched_at: datetime = NOW,
) -> ArticleRecord:
    """An article as the pipeline hands it to the catalogue; its key is its address."""
    parsed = ParsedArticle(key, title, "Example Weekly", None, published_at, text)
    return to_record(parsed, key, fetched_at)


def add_source(
    catalogue: Catalogue, address: str = FEED, *, scope: str = SHARED_SCOPE, kind: SourceKind = SourceKind.FEED
) -> Source:
    """A source that `scope` subscribes, due at `NOW`."""
    catalogue.sources.add(address, kind, NO_OVERRIDES, scope, NOW)
    return catalogue.sources.get(address)


def note(catalogue: Catalogue, source: Source, item: EntryNote) -> None:
    """Store a note on one entry, at `NOW`."""
    catalogue.read_batches.keep([ReadBatch(source, [Entry(item)])], NOW)
