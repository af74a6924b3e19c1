"""Articles and their versions: stored, replaced, shown and forgotten, each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, or_, select, union, update

from ingest.catalogue.article_writer import remove_chunks, store_all
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import insert_new
from ingest.catalogue.records import ArticleRecord, ChunkRecord, Decision, joined, pack, unpack
from ingest.catalogue.schema import article_versions, articles, forgotten, further_addresses, items
from ingest.catalogue.visibility import visible
from ingest.models import Article, ArticleCard, View
from ingest.text.bounds import AUTHOR, PUBLISHER, TITLE, shortened

__all__ = ["ArticleRecord", "Articles", "ChunkRecord", "card", "joined", "pack", "unpack"]


class Articles:
    """The tables of articles, versions and chunks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, record: ArticleRecord, source_id: int) -> Decision:
        """Store a new or changed article and record which source published it, all or nothing.

        Returns:
            What was done. `FORGOTTEN`: the operator has banned this article, so nothing was stored. `COPY`: the same
            text is already stored under another address, and this address was added to it.
        """
        with self._database.write() as connection:
            (stored,) = store_all(connection, [(record, source_id)])
            return stored.decision

    def show(self, article_id: str, version: int | None = None) -> Article | None:
        """One version of an article, the current one by default; None if it is not stored."""
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
        return None if row is None else Article(card(row), row.fetched_at, row.text, row.updated_at, row.language)

    def versions(self, article_id: str) -> list[tuple[int, datetime]]:
        """The stored versions of an article, newest first, each with the time it was read."""
        columns = article_versions.c.version, article_versions.c.fetched_at
        statement = select(*columns).where(article_versions.c.article_id == article_id)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(article_versions.c.version.desc())).all()
        return [(row.version, row.fetched_at) for row in rows]

    def newest(self, view: View, limit: int) -> list[ArticleCard]:
        """The newest articles that a view can see, newest first."""
        current = (articles.c.id == article_versions.c.article_id) & (articles.c.version == article_versions.c.version)
        statement = select(article_versions, articles.c.url).join(articles, current).where(visible(view))
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(articles.c.effective_at.desc(), articles.c.id).limit(limit))
            return [card(row) for row in rows]

    def named(self, names: Sequence[str]) -> list[str]:
        """Ids of the articles that have one of these addresses, keys of entries, or ids."""
        further = select(further_addresses.c.article_id).where(
            further_addresses.c.url.in_(names) | further_addresses.c.key.in_(names)
        )
        of_entries = select(items.c.article_id).where(items.c.key.in_(names) & items.c.article_id.is_not(None))
        matches = [column.in_(names) for column in (articles.c.url, articles.c.id)]
        matches += [articles.c.id.in_(further), articles.c.id.in_(of_entries)]
        statement = select(articles.c.id).where(or_(*matches))
        with self._database.read() as connection:
            return list(connection.execute(statement).scalars())

    def further_urls(self, article_id: str) -> list[str]:
        """Other addresses at which the same text was found, sorted."""
        statement = select(further_addresses.c.url).where(
            further_addresses.c.article_id == article_id, further_addresses.c.url.is_not(None)
        )
        with self._database.read() as connection:
            return list(connection.execute(statement.order_by(further_addresses.c.url)).scalars())

    def forget(self, article_id: str, now: datetime) -> None:
        """Delete an article with all its versions, and ban its keys so that neither it nor a copy comes back.

        Its address is banned for every source unless another article has it too. The notes on its entries are kept
        without the title, so that no feed can restore it and `why` can explain its absence.
        """
        others = articles.alias()
        shared = exists().where(others.c.url == articles.c.url, others.c.id != articles.c.id)
        with self._database.write() as connection:
            key = select(articles.c.key).where(articles.c.id == article_id)
            url = select(articles.c.url).where(articles.c.id == article_id, articles.c.url.is_not(None), ~shared)
            copies = select(further_addresses.c.key).where(further_addresses.c.article_id == article_id)
            keys = connection.execute(union(key, url, copies)).scalars().all()
            remove_chunks(connection, [article_id])
            connection.execute(delete(articles).where(articles.c.id == article_id))
            of_this = update(items).where(items.c.article_id == article_id)
            connection.execute(of_this.values(outcome=Decision.FORGOTTEN.value, title="", detail="", at=now))
            banned = [{"key": key, "at": now} for key in keys]
            connection.execute(insert_new(forgotten), banned)

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
    """The citation of a row of `article_versions` joined with `articles.url`.

    Long fields are shortened here too, because older catalogues stored them in full.
    """
    return ArticleCard(
        id=row.article_id,
        url=row.url,
        title=shortened(row.title, TITLE),
        source=shortened(row.source, PUBLISHER),
        author=shortened(row.author, AUTHOR) if row.author else row.author,
        published_at=row.published_at,
        version=row.version,
    )
