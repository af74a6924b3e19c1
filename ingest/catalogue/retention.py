"""How long articles and their versions are kept, and deleting what has expired."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, select, update

from ingest.catalogue.article_writer import remove_chunks
from ingest.catalogue.database import Database
from ingest.catalogue.pins import is_pinned
from ingest.catalogue.read_batches import EXPIRED
from ingest.catalogue.schema import article_versions, articles, items, sources, subscriptions, yields
from ingest.clock import Clock, format_utc

log = logging.getLogger(__name__)

KEPT_UNSEEN = timedelta(days=30)
"""How long articles that no scope can see are kept; adding the source again within this time restores them."""
KEPT_REPLACED = timedelta(days=120)
"""How long a replaced version is kept unless it is pinned."""
ARTICLES_TOGETHER = 100
"""Articles deleted in one transaction, which blocks all other writers."""

_SUBSCRIBED = exists().where(subscriptions.c.source_id == sources.c.id)


class Retention:
    """Deletes sources without a subscription, their articles, and replaced versions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delete_expired(
        self,
        now: Clock,
        stop: Callable[[], bool] = lambda: False,
        *,
        kept_for: timedelta | None = None,
        most_articles: int = 0,
    ) -> None:
        """Delete what has expired, in batches; `stop` is checked between batches.

        Args:
            kept_for: age from which articles are deleted; None: never.
            most_articles: beyond so many the oldest are deleted; 0: all stay.
        """
        self.note_unseen(now())
        deleted = 0
        while not stop() and (part := self.delete_unseen(now() - KEPT_UNSEEN)):
            deleted += part
        while not stop() and (part := self.delete_unlinked()):
            deleted += part
        if deleted:
            log.info("deleted %d articles that no scope could see any more", deleted)
        if kept_for is not None:
            self._delete_all_dated_before(now() - kept_for, stop)
        if most_articles and (oldest := self.date_of(most_articles)):
            self._delete_all_dated_before(oldest, stop)
        if not stop() and (replaced := self.delete_old_versions(now() - KEPT_REPLACED)):
            log.info("deleted %d old versions of articles", replaced)

    def note_unseen(self, now: datetime) -> None:
        """Record when each source lost its last subscription; clear that for sources with one."""
        unseen = update(sources).where(~_SUBSCRIBED, sources.c.unseen_since.is_(None)).values(unseen_since=now)
        seen = update(sources).where(_SUBSCRIBED, sources.c.unseen_since.is_not(None)).values(unseen_since=None)
        with self._database.write() as connection:
            connection.execute(unseen)
            connection.execute(seen)

    def delete_unseen(self, before: datetime) -> int:
        """Delete some articles that come only from sources unseen since `before`; finally delete those sources.

        Returns:
            How many articles were deleted: 0 when there is nothing left to delete.
        """
        doomed = select(sources.c.id).where(sources.c.unseen_since <= before, ~_SUBSCRIBED)
        with self._database.write() as connection:
            source_ids = list(connection.execute(doomed).scalars())
            article_ids = _only_of(connection, source_ids)
            if article_ids:
                remove_chunks(connection, article_ids)
                connection.execute(delete(articles).where(articles.c.id.in_(article_ids)))
                # Otherwise, a source that is added again would not bring its articles back.
                connection.execute(delete(items).where(items.c.article_id.in_(article_ids)))
            else:
                connection.execute(delete(sources).where(sources.c.id.in_(source_ids)))
        return len(article_ids)

    def delete_unlinked(self) -> int:
        """Delete some articles that no source links to, unless one of their versions is pinned.

        These are shared articles of older catalogues, after each source has received an article of its own.

        Returns:
            How many articles were deleted: 0 when there is nothing left to delete.
        """
        linked = exists().where(yields.c.article_id == articles.c.id)
        pinned = exists().where(article_versions.c.article_id == articles.c.id, is_pinned())
        with self._database.write() as connection:
            statement = select(articles.c.id).where(~linked, ~pinned).limit(ARTICLES_TOGETHER)
            ids = list(connection.execute(statement).scalars())
            if ids:
                remove_chunks(connection, ids)
                connection.execute(delete(articles).where(articles.c.id.in_(ids)))
        return len(ids)

    def date_of(self, most: int) -> datetime | None:
        """The date of the oldest of so many newest articles; None if there are fewer."""
        newest_first = select(articles.c.effective_at).order_by(articles.c.effective_at.desc())
        with self._database.read() as connection:
            return connection.execute(newest_first.offset(most - 1).limit(1)).scalar()

    def _delete_all_dated_before(self, before: datetime, stop: Callable[[], bool]) -> None:
        deleted = 0
        while not stop() and (part := self.delete_dated_before(before)):
            deleted += part
        if deleted:
            log.info("deleted %d articles from before %s", deleted, format_utc(before))

    def delete_dated_before(self, before: datetime) -> int:
        """Delete some articles with an older date, unless one of their versions is pinned.

        The notes on their entries are kept, so that no source brings them back (`too_old`).

        Returns:
            How many articles were deleted: 0 when there is nothing left to delete.
        """
        pinned = exists().where(article_versions.c.article_id == articles.c.id, is_pinned())
        statement = select(articles.c.id).where(articles.c.effective_at < before, ~pinned).limit(ARTICLES_TOGETHER)
        with self._database.write() as connection:
            ids = list(connection.execute(statement).scalars())
            if ids:
                remove_chunks(connection, ids)
                connection.execute(delete(articles).where(articles.c.id.in_(ids)))
                of_these = update(items).where(items.c.article_id.in_(ids))
                connection.execute(of_these.values(outcome=EXPIRED, detail=""))
        return len(ids)

    def delete_old_versions(self, before: datetime) -> int:
        """Delete versions that were replaced before this time, unless they are pinned.

        Returns:
            How many versions were deleted.
        """
        newer = article_versions.alias()
        replaced = exists().where(
            newer.c.article_id == article_versions.c.article_id,
            newer.c.version > article_versions.c.version,
            newer.c.fetched_at <= before,
        )
        with self._database.write() as connection:
            return connection.execute(delete(article_versions).where(replaced, ~is_pinned())).rowcount


def _only_of(connection: Connection, source_ids: list[int]) -> list[str]:
    """Some articles that come from no other source."""
    others = yields.alias()
    elsewhere = exists().where(others.c.article_id == yields.c.article_id, others.c.source_id.not_in(source_ids))
    statement = select(yields.c.article_id).distinct().where(yields.c.source_id.in_(source_ids), ~elsewhere)
    return list(connection.execute(statement.limit(ARTICLES_TOGETHER)).scalars())
