"""Turns a parsed article into the record to be stored: clean, segment, chunk, terms. Pure."""

from __future__ import annotations

from datetime import datetime

from ingest.catalogue.records import ArticleRecord, ChunkRecord, joined
from ingest.clock import format_utc
from ingest.models import ChunkDraft
from ingest.parse.models import ParsedArticle
from ingest.text.bounds import AUTHOR, HEADING, LONGEST_TEXT, PUBLISHER, TITLE, cut_text, shortened
from ingest.text.chunk import chunk
from ingest.text.clean import clean
from ingest.text.language import language_of
from ingest.text.segment import sections
from ingest.text.words import terms


def to_record(
    parsed: ParsedArticle, key: str, fetched_at: datetime, *, longest_text: int = LONGEST_TEXT
) -> ArticleRecord:
    """The article as it will be quoted, shortened if too long (see `note`). A future date becomes the time of reading.

    Args:
        longest_text: how much of its text to keep, in code points.
    """
    whole = clean(parsed.text)
    text = cut_text(whole, longest_text)
    title = shortened(" ".join(clean(parsed.title).split()), TITLE)
    source = shortened(parsed.source, PUBLISHER)
    context = f"{title} {source}"
    return ArticleRecord(
        key=key,
        url=parsed.url,
        title=title,
        source=source,
        author=shortened(parsed.author, AUTHOR) if parsed.author else parsed.author,
        published_at=_clamped(parsed.published_at, fetched_at),
        fetched_at=fetched_at,
        text=text,
        chunks=[_chunk_record(draft, text, context) for draft in chunk(sections(text), text)],
        updated_at=_clamped(parsed.updated_at, fetched_at),
        stated_at=parsed.published_at,
        language=language_of(text, parsed.language),
        no_later_than=parsed.no_later_than,
        note=_note(parsed, fetched_at, len(whole), len(text)),
    )


def _note(parsed: ParsedArticle, fetched_at: datetime, cleaned: int, kept: int) -> str:
    """How a record differs from its document, for `why`; "" if it does not.

    Args:
        cleaned: length of the cleaned text, of which `kept` characters are stored.
    """
    notes = []
    if parsed.published_at is not None and parsed.published_at > fetched_at:
        notes.append(f"its date, {format_utc(parsed.published_at)}, lies in the future: taken for the time of reading")
    if len(parsed.title) > TITLE:
        notes.append(f"its title has {len(parsed.title):,} characters and is cut at {TITLE}")
    if kept < cleaned:
        notes.append(f"its text has {cleaned:,} characters and is cut at {kept:,}: the rest is not quoted")
    return "; ".join(notes)


def _clamped(date: datetime | None, fetched_at: datetime) -> datetime | None:
    return min(date, fetched_at) if date else None


def _chunk_record(draft: ChunkDraft, text: str, context: str) -> ChunkRecord:
    heading = shortened(draft.heading, HEADING)
    lines = (f"{context}\n{heading}", *(text[start:end] for start, end in draft.sentences))
    return ChunkRecord(draft.span, draft.sentences, heading, joined(map(terms, lines)))
