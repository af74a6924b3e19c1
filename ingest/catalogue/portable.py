"""All rows of a database in a form that every engine gives and takes: what `move`, `backup` and `restore` work on.

The tables are read from the database itself, so the bot's are among them. Full text is made anew from chunks; leases
belong to processes, and counts of questions to the last minute: none of these is copied. Rows come in the order of
their keys, which is the same on every engine.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    event,
    insert,
    select,
    tuple_,
)
from sqlalchemy import func as sql

from ingest.catalogue.columns import UtcDateTime
from ingest.catalogue.dialect import dialect_of, write_rows

ROWS_TOGETHER = 500
_DERIVED = ("alembic_version", "chunk_terms", "leases", "question_counts")
Row = tuple[Any, ...]


def tables_of(connection: Connection) -> list[Table]:
    """The tables whose rows are copied; each stands behind those that it refers to."""
    found = MetaData()
    event.listen(found, "column_reflect", _as_declared)
    found.reflect(connection, only=lambda name, _: not name.startswith(_DERIVED))
    return found.sorted_tables


def _as_declared(_inspector: object, _table: object, column: Any) -> None:
    """Types as the tables are declared with, in place of the engine's own."""
    if isinstance(column["type"], DateTime):
        column["type"] = UtcDateTime()
    elif isinstance(column["type"], JSON):
        column["type"] = JSON(none_as_null=True)


def rows_of(connection: Connection, table: Table, after: Row | None = None) -> Iterator[list[Row]]:
    """The rows of a table by key, some at a time.

    Args:
        after: the key of the last row that is not wanted.
    """
    keys = list(table.primary_key.columns)
    statement = select(*_columns(table)).order_by(*keys).limit(ROWS_TOGETHER)
    places = [_columns(table).index(key) for key in keys]
    while True:
        wanted = statement if after is None else statement.where(tuple_(*keys) > after)
        rows = [tuple(row) for row in connection.execute(wanted)]
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][place] for place in places)


def last_key(connection: Connection, table: Table) -> Row | None:
    """The key of a table's last row; None if it has none."""
    keys = table.primary_key.columns
    row = connection.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1)).one_or_none()
    return None if row is None else tuple(row)


def add_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that `rows_of` gave for the same table, of any engine."""
    names = [column.name for column in _columns(table)]
    write_rows(connection, insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def count_of(connection: Connection, table: Table) -> int:
    return connection.execute(select(sql.count()).select_from(table)).scalar_one()


def counter_of(connection: Connection, table: Table) -> int | None:
    """The largest row number that a table ever gave; None if it does not number its rows."""
    return dialect_of(connection).counter(connection, table) if _numbers_rows(table) else None


def set_counter(connection: Connection, table: Table, value: int | None) -> None:
    """Let a table count on from there."""
    if value is not None and _numbers_rows(table):
        dialect_of(connection).set_counter(connection, table, value)


def _numbers_rows(table: Table) -> bool:
    """Whether the database gives the rows of a table their numbers."""
    keys = list(table.primary_key.columns)
    return len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].foreign_keys


def _columns(table: Table) -> list[Any]:
    """By name, because a migrated database may have its columns in another order than a new one."""
    return sorted(table.columns, key=lambda column: column.name)


def column_names(table: Table) -> list[str]:
    """The columns of a row, in order."""
    return [column.name for column in _columns(table)]


def encode(row: Row) -> str:
    """A row as one line of JSON, the same for every engine."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_encoded)


def _encoded(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"cannot write {type(value).__name__}")


def decode(line: str, table: Table) -> Row:
    """The inverse of `encode`.

    Raises:
        ValueError: the line is no row of this table.
    """
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(table.columns):
        raise ValueError(f"it is no row of {table.name}")
    return tuple(_decoded(value, column.type) for value, column in zip(values, _columns(table), strict=True))


def _decoded(value: Any, type_: object) -> Any:
    if value is None:
        return None
    if isinstance(type_, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(type_, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value, validate=True) if isinstance(type_, LargeBinary) else value


class Checksum:
    """The number of a table's rows, and a SHA-256 of them."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, line: str) -> None:
        """Count one encoded row."""
        self.rows += 1
        self._hash.update(line.encode() + b"\n")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checksum) and (self.rows, self.sha256) == (other.rows, other.sha256)

    __hash__ = None  # type: ignore[assignment]  # it changes with each row


def checksum_of(connection: Connection, table: Table) -> Checksum:
    """The checksum of a table as it is stored."""
    found = Checksum()
    for rows in rows_of(connection, table):
        for row in rows:
            found.add(encode(row))
    return found
