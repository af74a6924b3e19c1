"""From a parsed article to the record that is stored: clean, segment, chunk, terms. Pure."""

from __future__ import annotations

from datetime import datetime

from ingest.corpus.catalogue.records import ArticleRecord, ChunkRecord, joined
from ingest.corpus.clock import format_utc
from ingest.corpus.models import ChunkDraft
from ingest.corpus.words import terms
from ingest.parse.models import ParsedArticle
from ingest.text.chunk import chunk
from ingest.text.clean import clean
from ingest.text.language import language_of
from ingest.text.segment import sections


def to_record(parsed: ParsedArticle, key: str, fetched_at: datetime) -> ArticleRecord:
    """The article as it will be quoted. Dates in the future are taken for the time of reading."""
    text = clean(parsed.text)
    title = " ".join(clean(parsed.title).split())
    context = f"{title} {parsed.source}"
    return ArticleRecord(
        key=key,
        url=parsed.url,
        title=title,
        source=parsed.source,
        author=parsed.author,
        published_at=_clamped(parsed.published_at, fetched_at),
        fetched_at=fetched_at,
        text=text,
        chunks=[_chunk_record(draft, text, context) for draft in chunk(sections(text), text)],
        updated_at=_clamped(parsed.updated_at, fetched_at),
        stated_at=parsed.published_at,
        language=language_of(text, parsed.language),
    )


def note_on_date(record: ArticleRecord) -> str:
    """What `why` tells of a date that lies in the future; "" for any other."""
    if record.stated_at is None or record.stated_at <= record.fetched_at:
        return ""
    return f"its date, {format_utc(record.stated_at)}, lies in the future: taken for the time of reading"


def _clamped(date: datetime | None, fetched_at: datetime) -> datetime | None:
    return min(date, fetched_at) if date else None


def _chunk_record(draft: ChunkDraft, text: str, context: str) -> ChunkRecord:
    lines = (f"{context}\n{draft.heading}", *(text[start:end] for start, end in draft.sentences))
    return ChunkRecord(draft.span, draft.sentences, draft.heading, joined(map(terms, lines)))
