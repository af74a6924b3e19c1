"""The backlog: chunks that are not in the vector index yet, and vectors that can be deleted from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, func, or_, select, true, update

from ingest.catalogue.articles import unpack
from ingest.catalogue.chunks import Matrix, first_row
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import upsert
from ingest.catalogue.schema import article_versions, articles, chunks, stale_vectors, subscriptions, vectors
from ingest.models import Span
from ingest.text.bounds import HEADING, TITLE, shortened

_PIECE = 16
"""How many chunks of an article are indexed before other articles get their turn."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A chunk that the open collection does not hold yet.

    `chunk_vector` (d,) is set if the same model has already embedded this chunk; then it only has to be copied.
    """

    row: int
    id: str
    title: str
    heading: str
    text: str
    span: Span
    sentences: tuple[Span, ...]
    published_at: datetime | None
    chunk_vector: Matrix | None


@dataclass(frozen=True, slots=True)
class Embedded:
    """A chunk's own vector (d,) and those of its sentences (n, d)."""

    row: int
    chunk_vector: Matrix
    sentence_vectors: Matrix


@dataclass(frozen=True, slots=True)
class Stage:
    """Indexing progress of an article: the chunks of its current version, and how many of them are indexed."""

    article_id: str
    version: int
    chunks: int
    indexed: int


class Backlog:
    """The index's view of the catalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, collection_id: str | None) -> int:
        """How many chunks wait for this collection; None counts as an empty one."""
        statement = select(func.count()).select_from(chunks).where(_pending(collection_id))
        with self._database.read() as connection:
            return connection.execute(statement).scalar_one()

    def waiting_since(self, collection_id: str | None) -> datetime | None:
        """When the article of the chunk that waits longest was fetched; None if none waits."""
        of_chunk = (article_versions.c.article_id == chunks.c.article_id) & (
            article_versions.c.version == chunks.c.version
        )
        oldest = select(func.min(article_versions.c.fetched_at)).select_from(chunks.join(article_versions, of_chunk))
        with self._database.read() as connection:
            if _is_empty(connection, collection_id):
                return None
            found: datetime | None = connection.execute(oldest.where(_pending(collection_id))).scalar_one()
            return found

    def without_vector(self, collection_id: str | None, model: str) -> int:
        """How many waiting chunks have no vector of this model."""
        made_by = (vectors.c.chunk == chunks.c.row) & (vectors.c.model == model)
        lacking = select(func.count()).select_from(chunks.outerjoin(vectors, made_by))
        with self._database.read() as connection:
            if _is_empty(connection, collection_id):
                return 0
            return connection.execute(lacking.where(_pending(collection_id), vectors.c.chunk.is_(None))).scalar_one()

    def stage(self, article_id: str, collection_id: str | None) -> Stage:
        """Indexing progress of this article."""
        done = func.count().filter(chunks.c.indexed_in == collection_id)
        counts = select(func.count(), done).where(chunks.c.article_id == article_id)
        with self._database.read() as connection:
            version = connection.execute(select(articles.c.version).where(articles.c.id == article_id)).scalar_one()
            total, indexed = connection.execute(counts).one()
        return Stage(article_id, version, total, indexed)

    def waiting(self, rows: Sequence[int], collection_id: str) -> set[int]:
        """The rows of those chunks that are waiting for this collection."""
        statement = select(chunks.c.row).where(chunks.c.row.in_(rows), _pending(collection_id))
        with self._database.read() as connection:
            return set(connection.execute(statement).scalars())

    def next(
        self,
        collection_id: str,
        model: str,
        limit: int,
        *,
        embedded: bool | None = None,
        without: Sequence[int] = (),
        of: Sequence[int] | None = None,
        after: int = 0,
    ) -> list[Pending]:
        """The oldest waiting chunks.

        Args:
            embedded: only chunks with a vector of this model (True) or without one (False).
            without: rows of chunks that other workers are processing.
            of: only chunks with these rows.
            after: only chunks with greater rows: who goes on need not pass over what it has done.
        """
        version = (article_versions.c.article_id == chunks.c.article_id) & (
            article_versions.c.version == chunks.c.version
        )
        made_by = (vectors.c.chunk == chunks.c.row) & (vectors.c.model == model)
        length = chunks.c.end - chunks.c.start
        statement = (
            select(
                chunks,
                article_versions.c.title,
                article_versions.c.published_at,
                func.substr(article_versions.c.text, chunks.c.start + 1, length).label("passage"),
                vectors.c.chunk_vector,
            )
            .join(article_versions, version)
            .outerjoin(vectors, made_by)
            .where(_pending(collection_id), chunks.c.row > after, chunks.c.row.not_in(without))
            .order_by(chunks.c.row)
            .limit(limit)
        )
        if of is not None:
            statement = statement.where(chunks.c.row.in_(of))
        if embedded is not None:
            statement = statement.where(vectors.c.chunk.is_not(None) if embedded else vectors.c.chunk.is_(None))
        with self._database.read() as connection:
            rows = [] if _is_empty(connection, collection_id) else connection.execute(statement).all()
        return [_pending_chunk(row) for row in rows]

    def round(self, collection_id: str, model: str, limit: int) -> list[int]:
        """Rows of waiting chunks without a vector of this model, in the order in which they are embedded.

        Scopes take turns, and within each its sources, so that no backlog delays another. Within a source the
        beginnings of the newest articles come first; a long article takes several turns.
        """
        of_source = func.row_number().over(
            partition_by=articles.c.source_id,
            order_by=(chunks.c.n // _PIECE, articles.c.effective_at.desc(), chunks.c.article_id, chunks.c.n),
        )
        scope = (
            select(func.min(subscriptions.c.scope))
            .where(subscriptions.c.source_id == articles.c.source_id)
            .scalar_subquery()
        )
        made_by = (vectors.c.chunk == chunks.c.row) & (vectors.c.model == model)
        turns = (
            select(chunks.c.row, scope.label("scope"), of_source.label("turn"))
            .join(articles, articles.c.id == chunks.c.article_id)
            .outerjoin(vectors, made_by)
            .where(_pending(collection_id), vectors.c.chunk.is_(None))
            .subquery()
        )
        of_scope = func.row_number().over(partition_by=turns.c.scope, order_by=(turns.c.turn, turns.c.row))
        statement = select(turns.c.row).order_by(of_scope, turns.c.row).limit(limit)
        with self._database.read() as connection:
            return [] if _is_empty(connection, collection_id) else list(connection.execute(statement).scalars())

    def keep_vectors(self, model: str, embedded: Sequence[Embedded]) -> None:
        """Store vectors; chunks that have been replaced meanwhile are skipped."""
        with self._database.write() as connection:
            wanted = select(chunks.c.row).where(chunks.c.row.in_([e.row for e in embedded]))
            present = set(connection.execute(wanted).scalars())
            rows = [
                {
                    "chunk": e.row,
                    "model": model,
                    "chunk_vector": e.chunk_vector.astype("<f2").tobytes(),
                    "sentence_vectors": e.sentence_vectors.astype("<f2").tobytes(),
                }
                for e in embedded
                if e.row in present
            ]
            if not rows:
                return
            connection.execute(upsert(vectors, ["chunk"], changed=["model", "chunk_vector", "sentence_vectors"]), rows)

    def mark(self, rows: Sequence[int], collection_id: str) -> None:
        """Mark these chunks as indexed in that collection."""
        statement = update(chunks).where(chunks.c.row == bindparam("r")).values(indexed_in=collection_id)
        with self._database.write() as connection:
            connection.execute(statement, [{"r": row} for row in rows])

    def stale(self, limit: int) -> list[str]:
        """Ids of replaced or removed chunks that may still be in the index."""
        with self._database.read() as connection:
            return list(connection.execute(select(stale_vectors.c.chunk_id).limit(limit)).scalars())

    def drop_stale(self, ids: Sequence[str]) -> None:
        """Record that the index has deleted these vectors."""
        with self._database.write() as connection:
            connection.execute(delete(stale_vectors).where(stale_vectors.c.chunk_id.in_(list(ids))))


def _pending(collection_id: str | None) -> ColumnElement[bool]:
    if collection_id is None:
        return true()
    return or_(*_pending_ways(collection_id))


def _pending_ways(collection_id: str) -> list[ColumnElement[bool]]:
    """Each can be looked up in the index, which "not equal" cannot."""
    indexed_in = chunks.c.indexed_in
    return [indexed_in.is_(None), indexed_in < collection_id, indexed_in > collection_id]


def _is_empty(connection: Connection, collection_id: str | None) -> bool:
    """Whether nothing waits, without a look at what does not wait."""
    if collection_id is None:
        return False
    anything = or_(*(exists().where(way) for way in _pending_ways(collection_id)))
    return not connection.execute(select(anything)).scalar_one()


def _pending_chunk(row: Row[Any]) -> Pending:
    return Pending(
        row=row.row,
        id=row.id,
        title=shortened(row.title, TITLE),
        heading=shortened(row.heading, HEADING),
        text=row.passage,
        span=Span(row.start, row.end),
        sentences=unpack(row.sentences),
        published_at=row.published_at,
        chunk_vector=first_row(row.chunk_vector),
    )
