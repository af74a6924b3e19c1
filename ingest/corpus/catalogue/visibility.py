"""Who may see what, as one SQL condition that every read shares."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, select

from ingest.corpus.models import View
from ingest.corpus.schema import articles, subscriptions, yields


def visible(view: View) -> ColumnElement[bool]:
    """True for a row of `articles` that the view may see (design: scope, clock, window)."""
    subscribed = exists(
        select(yields.c.article_id)
        .join(subscriptions, subscriptions.c.source_id == yields.c.source_id)
        .where(yields.c.article_id == articles.c.id, subscriptions.c.scope.in_(view.scopes))
    )
    conditions: list[ColumnElement[bool]] = [articles.c.effective_at <= view.clock, subscribed]
    if view.since is not None:
        conditions.append(articles.c.effective_at >= view.since)
    if view.until is not None:
        conditions.append(articles.c.effective_at < view.until)
    return and_(*conditions)
