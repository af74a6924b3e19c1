"""Copies a catalogue into another database, of the same or another engine. Ids stay, so the vector index stays valid.

Each batch of rows is a transaction, and rows are copied in the order of their keys. So what a move that was killed has
copied is the beginning of each table, and the next one goes on behind it. In the end all rows of both are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DatabaseError

from ingest.catalogue.database import Database, mark_schema, open_database
from ingest.catalogue.dialect import dialect_of
from ingest.catalogue.portable import (
    add_rows,
    checksum_of,
    count_of,
    counter_of,
    last_key,
    rows_of,
    set_counter,
    tables_of,
)
from ingest.catalogue.schema import HEAD
from ingest.errors import CatalogueError

MOVE = "move"
Progress = Callable[[int], None]


def move(source_url: str, target_url: str, progress: Progress = lambda rows: None) -> int:
    """Copy everything into an empty database, or finish what an earlier move began there; returns how many rows.

    Args:
        progress: called with the number of rows of each batch.

    Raises:
        SettingsError: a URL is not one of a supported database.
        CatalogueError: a database cannot be used, the target holds something else, or the source was changed meanwhile.
    """
    with (
        closing(open_database(source_url)) as source,
        closing(open_database(target_url, unfinished=MOVE)) as target,
        source.read() as old,
    ):
        tables = tables_of(old)
        begin_filling(target, MOVE, keep=True)
        for table in tables:
            _copy(old, table, target, progress)
        _compare(old, tables, target)
        finish_filling(target)
        return sum(count_of(old, table) for table in tables)


def begin_filling(target: Database, command: str, *, keep: bool) -> None:
    """Mark an empty database as being filled by a command; go on with one that this command has marked.

    Args:
        keep: what an earlier attempt has copied stays.

    Raises:
        CatalogueError: it holds a catalogue.
    """
    with target.write() as connection:
        tables = tables_of(connection)
        begun = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == command
        if not begun and any(count_of(connection, table) for table in tables):
            hint = "Name an empty database, or a file that does not exist."
            raise CatalogueError("cannot fill", target.name, "it holds a catalogue already", hint=hint)
        for table in reversed(tables if begun and not keep else []):
            connection.execute(table.delete())
        mark_schema(connection, command)


def finish_filling(target: Database, revision: str = HEAD) -> None:
    """Make a filled database searchable, and let programs open it, whose tables are those of this migration."""
    with target.write() as connection:
        dialect_of(connection).rebuild_full_text(connection)
        mark_schema(connection, revision)


def _copy(old: Connection, table: Table, target: Database, progress: Progress) -> None:
    with target.read() as connection:
        done = last_key(connection, table)
        progress(count_of(connection, table))
    for rows in rows_of(old, table, after=done):
        with explained(table), target.write() as connection:
            add_rows(connection, table, rows)
        progress(len(rows))
    with target.write() as connection:
        set_counter(connection, table, counter_of(old, table))


def _compare(old: Connection, tables: list[Table], target: Database) -> None:
    with target.read() as new:
        for table in tables:
            if checksum_of(old, table) != checksum_of(new, table):
                why = f"its table {table.name} differs from the one it was copied from"
                hint = "Stop everything that uses the catalogue, empty the new database, and move again."
                raise CatalogueError("cannot move into", target.name, why, hint=hint)


@contextmanager
def explained(table: Table) -> Iterator[None]:
    """Errors while rows are written, for the user: a row may not fit the other engine.

    Raises:
        CatalogueError
    """
    try:
        yield
    except DatabaseError as error:
        why = str(error.orig).partition("\n")[0]
        raise CatalogueError("cannot copy the table", table.name, why) from error
