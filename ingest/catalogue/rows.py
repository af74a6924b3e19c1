"""Bulk inserts and IN-lists with cached SQL text.

Rows go straight to the driver, because SQLAlchemy's handling of every value takes longer than SQLite takes to store it.
A list of keys is one JSON parameter, because SQLAlchemy would write new SQL for each length of list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select, Text, bindparam, func, select
from sqlalchemy.dialects.sqlite import Insert


def listed(name: str) -> Select[Any]:
    """The argument of `column.in_` for the parameter `name`, a JSON list of any length."""
    return select(func.json_each(bindparam(name, type_=Text)).table_valued("value").c.value)


class _Words(NamedTuple):
    """A compiled statement.

    Attributes:
        names: of its values, in order.
        written: by position, how to convert values whose type the driver does not know.
    """

    sql: str
    names: tuple[str, ...]
    written: Mapping[int, Callable[[Any], object]]


def write_rows(connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run an INSERT for each of the rows, which have the same columns."""
    if not rows:
        return
    words = _words(statement, tuple(rows[0]), connection.dialect)
    columns = [[row[name] for row in rows] for name in words.names]
    for place, written in words.written.items():
        columns[place] = [written(value) for value in columns[place]]
    connection.exec_driver_sql(words.sql, list(zip(*columns, strict=True)))


@lru_cache(maxsize=32)
def _words(statement: Insert, names: tuple[str, ...], dialect: Dialect) -> _Words:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    ordered = tuple(compiled.positiontup or ())
    types = [statement.table.c[name].type.dialect_impl(dialect) for name in ordered]
    processors = {place: type_.bind_processor(dialect) for place, type_ in enumerate(types)}
    # Most times of a batch are the same one.
    written = {place: lru_cache(maxsize=128)(process) for place, process in processors.items() if process is not None}
    return _Words(str(compiled), ordered, written)
