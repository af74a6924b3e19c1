"""INSERT ... ON CONFLICT, which SQLite took over from PostgreSQL: its statement compiles for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects.postgresql import Insert


def insert_new(table: Table) -> Insert:
    """An INSERT that skips rows whose key is taken."""
    return Insert(table).on_conflict_do_nothing()


def upsert(
    table: Table,
    keys: Collection[str],
    *,
    changed: Mapping[str, Any] | Collection[str],
    where: ColumnElement[bool] | None = None,
) -> Insert:
    """An INSERT that updates the row whose `keys` are the same.

    Args:
        changed: the columns that take the new row's values, or columns with other values.
        where: only rows for which this is true are updated.
    """
    statement = Insert(table)
    values = changed if isinstance(changed, Mapping) else {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=values, where=where)
