"""From a parsed article to the record that is stored: clean, segment, chunk, terms. Pure."""

from __future__ import annotations

from datetime import datetime

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.corpus.catalogue.articles import ArticleRecord, ChunkRecord
from ingest.corpus.models import ChunkDraft
from ingest.corpus.words import terms
from ingest.parse.models import ParsedArticle
from ingest.segment import sections


def to_record(parsed: ParsedArticle, key: str, fetched_at: datetime) -> ArticleRecord:
    """The article as it will be quoted; a publication date in the future is no date."""
    text = clean(parsed.text)
    title = " ".join(clean(parsed.title).split())
    context = f"{title} {parsed.source}"
    return ArticleRecord(
        key=key,
        url=parsed.url,
        title=title,
        source=parsed.source,
        author=parsed.author,
        published_at=parsed.published_at if parsed.published_at and parsed.published_at <= fetched_at else None,
        fetched_at=fetched_at,
        text=text,
        chunks=[_chunk_record(draft, text, context) for draft in chunk(sections(text), text)],
    )


def _chunk_record(draft: ChunkDraft, text: str, context: str) -> ChunkRecord:
    said = [terms(text[start:end]) for start, end in draft.sentences]
    return ChunkRecord(draft.span, draft.sentences, draft.heading, [terms(f"{context}\n{draft.heading}"), *said])
