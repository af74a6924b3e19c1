"""What differs between database engines, as the catalogue and the bot's tables use it.

`sqlite.py` and `postgres.py` are the two engines; what both understand, but SQLAlchemy's core does not, is in
`conflicts.py` and `keys.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import URL, ColumnElement, Connection, Engine, Insert, Subquery, Table, bindparam
from sqlalchemy.exc import DatabaseError

from ingest.catalogue.conflicts import insert_new, upsert
from ingest.catalogue.keys import InKeys
from ingest.catalogue.postgres import ArrayKeys, Postgres
from ingest.catalogue.sqlite import JsonKeys, Sqlite

__all__ = ["DIALECTS", "Dialect", "dialect_of", "in_keys", "insert_new", "upsert", "write_rows"]


class Dialect(Protocol):
    """The operations that every engine implements in its own way.

    Attributes:
        one_writer: there is never more than one transaction that writes.
        hint: what a user can do about an error.
    """

    one_writer: bool
    hint: str

    def engine(self, url: URL, *, for_search: bool) -> Engine:
        """An engine with configured connections. Raises OSError if the folder for the data cannot be created.

        Args:
            for_search: each connection may keep more pages in memory.
        """
        ...

    def reading(self, engine: Engine) -> Engine:
        """The same engine, with transactions that see one state of the data from their beginning to their end."""
        ...

    def writing(self, engine: Engine) -> Engine:
        """The same engine, with transactions that may write from the start."""
        ...

    def wait_for_turn(self, connection: Connection) -> None:
        """Wait until no other transaction holds this turn; keep it until the end of the transaction."""
        ...

    def is_mendable(self, error: DatabaseError) -> bool:
        """Whether a user can fix it, such as a full disk; any other error is a bug."""
        ...

    def migrating(self, engine: Engine) -> AbstractContextManager[None]:
        """A lock that one process at a time holds while it migrates."""
        ...

    def write_rows(self, connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run an INSERT for each of the rows, which have the same columns."""
        ...

    def add_to_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        """Make the chunks of these articles searchable by their terms."""
        ...

    def remove_from_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        """The inverse, before the chunks are deleted."""
        ...

    def rebuild_full_text(self, connection: Connection) -> None:
        """Make all chunks searchable by their terms, whatever was before."""
        ...

    def count_terms(self, connection: Connection, counts: Mapping[str, int]) -> None:
        """Add to the number of chunks that contain each term; counts may be negative."""
        ...

    def best_matches(self) -> Subquery:
        """Rows of chunks (`row`) that contain any of some terms, and their `rank`, the lowest first."""
        ...

    def prefer_indexes(self, connection: Connection) -> None:
        """Until the end of the transaction, read no table from its beginning to its end if it has an index to use."""
        ...

    def match_parameters(self, terms: Iterable[str], limit: int) -> dict[str, object]:
        """The parameters of `best_matches`."""
        ...

    def counter(self, connection: Connection, table: Table) -> int:
        """The largest row number that a table with a `row_number` column ever gave; 0 if none."""
        ...

    def set_counter(self, connection: Connection, table: Table, value: int) -> None:
        """Let the table count on from there."""
        ...


DIALECTS: Mapping[str, Dialect] = {"sqlite": Sqlite(), "postgresql": Postgres()}
"""By the name of the engine in a database URL."""
_KEY_LIST = JsonKeys().with_variant(ArrayKeys(), "postgresql")


def dialect_of(connection: Connection) -> Dialect:
    """The dialect of an open connection."""
    return DIALECTS[connection.dialect.name]


def in_keys(column: ColumnElement[Any], name: str) -> InKeys:
    """True where the column's value is in the list that the statement is given as parameter `name`."""
    return InKeys(column, bindparam(name, type_=_KEY_LIST))


def write_rows(connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run an INSERT for each of the rows, which have the same columns, as fast as the engine can."""
    dialect_of(connection).write_rows(connection, statement, rows)
