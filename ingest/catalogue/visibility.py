"""Visibility as one SQL condition, shared by all reads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, select

from ingest.catalogue.columns import UtcDateTime
from ingest.catalogue.database import Database
from ingest.catalogue.schema import articles, subscriptions, yields
from ingest.models import View


def visible(view: View) -> ColumnElement[bool]:
    """True for a row of `articles` that is visible in the view: scope, clock, window, articles."""
    return _condition(view.clock, view.scopes, view.since, view.until, sorted(view.within) or None)


@cache
def visible_within(since: bool, until: bool, within: bool) -> ColumnElement[bool]:
    """The same with open parameters (`parameters_of` a view), for statements that are built once."""
    clock, after, before = (bindparam(name, type_=UtcDateTime) for name in ("clock", "since", "until"))
    scopes: BindParameter[str] = bindparam("scopes", expanding=True)
    only: BindParameter[str] = bindparam("within", expanding=True)
    return _condition(clock, scopes, after if since else None, before if until else None, only if within else None)


def parameters_of(view: View) -> dict[str, Any]:
    """The parameters that `visible_within` leaves open."""
    given = {"clock": view.clock, "scopes": list(view.scopes), "since": view.since, "until": view.until}
    given["within"] = sorted(view.within) or None
    return {name: value for name, value in given.items() if value is not None}


def _condition(clock: Any, scopes: Any, since: Any, until: Any, within: Any) -> ColumnElement[bool]:
    subscribed = exists(
        select(yields.c.article_id)
        .join(subscriptions, subscriptions.c.source_id == yields.c.source_id)
        .where(yields.c.article_id == articles.c.id, subscriptions.c.scope.in_(scopes))
    )
    conditions: list[ColumnElement[bool]] = [articles.c.effective_at <= clock, subscribed]
    if since is not None:
        conditions.append(articles.c.effective_at >= since)
    if until is not None:
        conditions.append(articles.c.effective_at < until)
    if within is not None:
        conditions.append(articles.c.id.in_(within))
    return and_(*conditions)


def visible_ids(database: Database, article_ids: Iterable[str], view: View) -> set[str]:
    """The ids among these of stored, visible articles."""
    statement = select(articles.c.id).where(articles.c.id.in_(tuple(article_ids)), visible(view))
    with database.read() as connection:
        return set(connection.execute(statement).scalars())
