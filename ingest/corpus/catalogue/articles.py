"""Articles and their versions: stored, replaced, shown and forgotten, each in one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.corpus.catalogue.visibility import visible
from ingest.corpus.database import Database
from ingest.corpus.models import Article, ArticleCard, Span, View
from ingest.corpus.schema import article_versions, articles, chunks, forgotten, items, stale_vectors, terms, yields
from ingest.decide import Decision, Fingerprint, decide


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """A chunk as it is stored: where it stands, its sentences, its heading and its search terms."""

    span: Span
    sentences: tuple[Span, ...]
    heading: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article ready to be stored. `key` is its identity: it decides which article this is a version of."""

    key: str
    url: str | None
    title: str
    source: str
    author: str | None
    published_at: datetime | None
    fetched_at: datetime
    text: str
    chunks: Sequence[ChunkRecord]

    @property
    def id(self) -> str:
        """Derived from the key, so that it is the same after a rebuild or a restore."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]

    @property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint.of(self.title, self.source, self.author, self.published_at, self.text)


class Articles:
    """The tables of articles, versions and chunks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, record: ArticleRecord, source_id: int) -> Decision:
        """Store what is new or changed, and note that the source yielded it; all of it or nothing.

        Returns:
            What was done. `FORGOTTEN` means an operator forbade this article: nothing was stored.
        """
        with self._database.write() as connection:
            known = connection.execute(_known(record.id)).one_or_none()
            banned = connection.execute(select(forgotten.c.key).where(forgotten.c.key == record.key)).first()
            decision = decide(known.sha256 if known else None, record.fingerprint, forgotten=banned is not None)
            if decision is Decision.NEW:
                _insert_article(connection, record)
                _insert_version(connection, record, version=1)
            elif decision is Decision.CHANGED and known is not None:
                _remove_chunks(connection, record.id)
                _replace_article(connection, record, known)
                _insert_version(connection, record, version=known.version + 1)
            if decision is not Decision.FORGOTTEN:
                link = upsert(yields).values(article_id=record.id, source_id=source_id)
                connection.execute(link.on_conflict_do_nothing())
            return decision

    def show(self, article_id: str, version: int | None = None) -> Article | None:
        """One version of an article, the current one by default; None when it is not stored."""
        statement = (
            select(article_versions, articles.c.url)
            .join(articles, articles.c.id == article_versions.c.article_id)
            .where(
                articles.c.id == article_id,
                article_versions.c.version == (articles.c.version if version is None else version),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else Article(card=card(row), fetched_at=row.fetched_at, text=row.text)

    def with_address(self, url: str) -> list[str]:
        """Ids of the articles at this address or under this key."""
        statement = select(articles.c.id).where((articles.c.url == url) | (articles.c.key == url))
        with self._database.read() as connection:
            return list(connection.execute(statement).scalars())

    def forget(self, article_id: str, now: datetime) -> None:
        """Delete an article with all its versions, and remember its key so that it does not come back."""
        with self._database.write() as connection:
            key = connection.execute(select(articles.c.key).where(articles.c.id == article_id)).scalar_one()
            _remove_chunks(connection, article_id)
            connection.execute(delete(articles).where(articles.c.id == article_id))
            connection.execute(delete(items).where(items.c.article_id == article_id))
            connection.execute(upsert(forgotten).values(key=key, at=now).on_conflict_do_nothing())

    def newest_at(self, view: View) -> datetime | None:
        """The newest effective date a view can see, whatever its window."""
        open_view = View(clock=view.clock, scopes=view.scopes)
        statement = select(func.max(articles.c.effective_at)).where(visible(open_view))
        with self._database.read() as connection:
            return connection.execute(statement).scalar()

    def count(self) -> int:
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(articles)).scalar_one()


def card(row: Row[Any]) -> ArticleCard:
    """The citation of a row of `article_versions` joined with `articles.url`."""
    return ArticleCard(
        id=row.article_id,
        url=row.url,
        title=row.title,
        source=row.source,
        author=row.author,
        published_at=row.published_at,
        version=row.version,
    )


def pack(spans: Iterable[Span]) -> bytes:
    """Sentence spans as little-endian int32 pairs."""
    return np.asarray(list(spans), dtype="<i4").tobytes()


def unpack(packed: bytes) -> tuple[Span, ...]:
    """The inverse of `pack`."""
    return tuple(Span(start, end) for start, end in np.frombuffer(packed, dtype="<i4").reshape(-1, 2).tolist())


def _known(article_id: str) -> Select[Any]:
    same = (article_versions.c.article_id == articles.c.id) & (article_versions.c.version == articles.c.version)
    return (
        select(articles.c.version, articles.c.first_fetched_at, article_versions.c.sha256)
        .join(article_versions, same)
        .where(articles.c.id == article_id)
    )


def _insert_article(connection: Connection, record: ArticleRecord) -> None:
    connection.execute(
        insert(articles).values(
            id=record.id,
            key=record.key,
            url=record.url,
            version=1,
            first_fetched_at=record.fetched_at,
            effective_at=record.published_at or record.fetched_at,
        )
    )


def _replace_article(connection: Connection, record: ArticleRecord, known: Row[Any]) -> None:
    connection.execute(
        update(articles)
        .where(articles.c.id == record.id)
        .values(
            url=record.url,
            version=known.version + 1,
            effective_at=record.published_at or known.first_fetched_at,
        )
    )


def _insert_version(connection: Connection, record: ArticleRecord, version: int) -> None:
    connection.execute(
        insert(article_versions).values(
            article_id=record.id,
            version=version,
            title=record.title,
            source=record.source,
            author=record.author,
            published_at=record.published_at,
            fetched_at=record.fetched_at,
            text=record.text,
            sha256=record.fingerprint,
        )
    )
    rows = [_chunk_row(record.id, version, n, chunk) for n, chunk in enumerate(record.chunks)]
    if not rows:
        return
    connection.execute(insert(chunks), rows)
    connection.execute(delete(stale_vectors).where(stale_vectors.c.chunk_id.in_([row["id"] for row in rows])))
    of_this = {"article": record.id}
    connection.execute(text(f"INSERT INTO chunk_terms(rowid, terms) {_TERMS_OF_ARTICLE}"), of_this)
    _count_terms(connection, [chunk.terms for chunk in record.chunks], sign=1)


def _chunk_row(article_id: str, version: int, n: int, chunk: ChunkRecord) -> dict[str, Any]:
    return {
        "id": f"{article_id}:{version}:{n}",
        "article_id": article_id,
        "version": version,
        "n": n,
        "start": chunk.span.start,
        "end": chunk.span.end,
        "sentences": pack(chunk.sentences),
        "heading": chunk.heading,
        "terms": " ".join(chunk.terms),
        "length": len(chunk.terms),
    }


_TERMS_OF_ARTICLE = 'SELECT "row", terms FROM chunks WHERE article_id = :article'


def _remove_chunks(connection: Connection, article_id: str) -> None:
    """Take the current chunks out of every index; what Chroma holds of them becomes stale."""
    old = connection.execute(select(chunks.c.id, chunks.c.terms).where(chunks.c.article_id == article_id)).all()
    if not old:
        return
    # FTS5, "External Content Tables": a row is deleted by handing its old text back.
    connection.execute(
        text("INSERT INTO chunk_terms(chunk_terms, rowid, terms) SELECT 'delete', * FROM (" + _TERMS_OF_ARTICLE + ")"),
        {"article": article_id},
    )
    connection.execute(delete(chunks).where(chunks.c.article_id == article_id))
    connection.execute(upsert(stale_vectors).on_conflict_do_nothing(), [{"chunk_id": chunk_id} for chunk_id, _ in old])
    _count_terms(connection, [row.terms.split() for row in old], sign=-1)


def _count_terms(connection: Connection, chunks_terms: Iterable[Sequence[str]], *, sign: int) -> None:
    """Keep, for each term, the number of chunks it stands in."""
    counts = Counter(term for chunk_terms in chunks_terms for term in set(chunk_terms))
    if not counts:
        return
    statement = upsert(terms).values(term=bindparam("t"), chunks=bindparam("c"))
    statement = statement.on_conflict_do_update(
        index_elements=["term"], set_={"chunks": terms.c.chunks + statement.excluded.chunks}
    )
    connection.execute(statement, [{"t": term, "c": sign * n} for term, n in sorted(counts.items())])
