"""What differs between database engines, as the catalogue and the bot's tables use it.

`sqlite.py` is the one engine so far. Another one needs a class like `Sqlite`, and a way to compile `InKeys` and the
ON CONFLICT clauses of `insert_new` and `upsert`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, Insert, Subquery
from sqlalchemy.exc import DatabaseError

from ingest.catalogue.sqlite import Sqlite, in_keys, insert_new, upsert

__all__ = ["DIALECTS", "Dialect", "dialect_of", "in_keys", "insert_new", "upsert", "write_rows"]


class Dialect(Protocol):
    """The operations that every engine implements in its own way."""

    def engine(self, url: URL, *, for_search: bool) -> Engine:
        """An engine with configured connections. Raises OSError if the folder for the data cannot be created.

        Args:
            for_search: each connection may keep more pages in memory.
        """
        ...

    def writing(self, engine: Engine) -> Engine:
        """The same engine, with transactions that take the write lock at once."""
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

    def count_terms(self, connection: Connection, counts: Mapping[str, int]) -> None:
        """Add to the number of chunks that contain each term; counts may be negative."""
        ...

    def best_matches(self) -> Subquery:
        """Rows of chunks (`row`) that contain any of some terms, and their `rank`, the lowest first."""
        ...

    def match_parameters(self, terms: Iterable[str], limit: int) -> dict[str, object]:
        """The parameters of `best_matches`."""
        ...


DIALECTS: Mapping[str, Dialect] = {"sqlite": Sqlite()}
"""By the name of the engine in a database URL."""


def dialect_of(connection: Connection) -> Dialect:
    """The dialect of an open connection."""
    return DIALECTS[connection.dialect.name]


def write_rows(connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run an INSERT for each of the rows, which have the same columns, as fast as the engine can."""
    dialect_of(connection).write_rows(connection, statement, rows)
