"""Which of some articles a view can see: for what was quoted earlier and may be hidden by now."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from ingest.corpus.catalogue.visibility import visible
from ingest.corpus.database import Database
from ingest.corpus.models import View
from ingest.corpus.schema import articles


def visible_ids(database: Database, article_ids: Iterable[str], view: View) -> set[str]:
    """Those of `article_ids` that are stored and that the view can see."""
    statement = select(articles.c.id).where(articles.c.id.in_(tuple(article_ids)), visible(view))
    with database.read() as connection:
        return set(connection.execute(statement).scalars())
