"""Articles that came in, for those who wait for news: who sees them, and whether they are news at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, select

from ingest.catalogue.database import Database
from ingest.catalogue.schema import articles, chunks, subscriptions, vectors, yields

FIRST_READ = timedelta(minutes=30)
"""What a source gives within this time after its first article was there before, and is no news."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article whose vectors are there.

    Attributes:
        effective_at: when it was published; if that is not known, when it was first fetched.
        scopes: who sees it.
        sources: the ids of the sources that gave it.
        first_read: it came when its source was read for the first time.
        copied_from: when the first article with nearly the same text was fetched; None without such.
    """

    article_id: str
    first_fetched_at: datetime
    effective_at: datetime
    scopes: frozenset[str]
    sources: frozenset[int]
    first_read: bool
    copied_from: datetime | None

    def is_old(self, age: timedelta) -> bool:
        """Whether it, or what it copies, was older than `age` when it came."""
        since = self.first_fetched_at - age
        return self.effective_at < since or (self.copied_from is not None and self.copied_from < since)


def arrivals(database: Database, since: datetime, seen: Collection[str], model: str) -> list[Arrival]:
    """The articles first fetched since a moment that are indexed by `model` and not among `seen`, in order."""
    unindexed = exists(
        select(chunks.c.row)
        .outerjoin(vectors, (vectors.c.chunk == chunks.c.row) & (vectors.c.model == model))
        .where(chunks.c.article_id == articles.c.id, vectors.c.chunk.is_(None))
    )
    names = select(articles.c.id).where(articles.c.first_fetched_at >= since)
    with database.read() as connection:
        new = [id_ for id_ in connection.execute(names).scalars() if id_ not in seen]
        if not new:
            return []
        wanted = select(
            articles.c.id, articles.c.first_fetched_at, articles.c.effective_at, articles.c.source_id, articles.c.twins
        ).where(articles.c.id.in_(new), ~unindexed)
        rows = connection.execute(wanted.order_by(articles.c.first_fetched_at, articles.c.id)).all()
        seers = _seers(connection, [row.id for row in rows])
        begun = _first_fetched(connection, articles.c.source_id, {row.source_id for row in rows})
        copied = _first_fetched(connection, articles.c.twins, {row.twins for row in rows})
    return [
        Arrival(
            row.id,
            row.first_fetched_at,
            row.effective_at,
            frozenset(scope for scope, _ in seers[row.id]),
            frozenset(source for _, source in seers[row.id]),
            row.source_id in begun and row.first_fetched_at < begun[row.source_id] + FIRST_READ,
            copied.get(row.twins),
        )
        for row in rows
    ]


def _seers(connection: Connection, article_ids: list[str]) -> dict[str, set[tuple[str, int]]]:
    """For each article the scopes that see it, each with the source through which they do."""
    seen = (
        select(yields.c.article_id, subscriptions.c.scope, yields.c.source_id)
        .join(subscriptions, subscriptions.c.source_id == yields.c.source_id)
        .where(yields.c.article_id.in_(article_ids))
    )
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for row in connection.execute(seen):
        found[row.article_id].add((row.scope, row.source_id))
    return found


def _first_fetched(connection: Connection, column: object, values: Iterable[object]) -> dict[object, datetime]:
    """When the first article of each source, or of each group of twins, was fetched."""
    known = [value for value in values if value is not None]
    earliest = select(column, func.min(articles.c.first_fetched_at)).where(column.in_(known)).group_by(column)  # type: ignore[attr-defined, call-overload]
    return {row[0]: row[1] for row in connection.execute(earliest)} if known else {}
