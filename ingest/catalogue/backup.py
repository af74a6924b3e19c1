"""A catalogue as one file, while others use it: gzip over lines of JSON, which restores into any engine.

    {"format": "verbatim backup", "version": 1, "schema": "0006", "made_at": "..."}
    {"table": "sources", "columns": [...], "counter": 7}
    [...]                                       a row, its values in the order of the columns: times in UTC, bytes in
    [...]                                       base64
    {"rows": 2, "sha256": "..."}                of these lines, each with its line end
    {"table": ...} ...
    {"end": true}

One transaction reads it all, so it is one state of the data. The vectors are in the file, the index is not: it is made
anew from them.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table

from ingest.catalogue.database import Database, open_database
from ingest.catalogue.facts import COLLECTION, COLLECTION_ID, Facts
from ingest.catalogue.move import begin_filling, explained, finish_filling
from ingest.catalogue.portable import (
    ROWS_TOGETHER,
    Checksum,
    Row,
    add_rows,
    column_names,
    counter_of,
    decode,
    encode,
    rows_of,
    set_counter,
    tables_of,
)
from ingest.catalogue.schema import HEAD
from ingest.clock import format_utc
from ingest.errors import CatalogueError

RESTORE = "restore"
FORMAT, VERSION = "verbatim backup", 1
FIRST = "0001"
"""The oldest schema that a backup can have."""
Progress = Callable[[int], None]


def backup(url: str, file: Path, now: datetime, progress: Progress = lambda rows: None) -> int:
    """Write the catalogue into a file, readable by this user alone; returns how many rows.

    A file of that name is replaced when the new one is whole and on the disk.

    Raises:
        CatalogueError: the catalogue cannot be read, or the file cannot be written.
    """
    with closing(open_database(url)) as database, database.read() as connection, _new_file(file) as out:
        _write(out, {"format": FORMAT, "version": VERSION, "schema": HEAD, "made_at": format_utc(now)})
        count = sum(_write_table(out, connection, table, progress) for table in tables_of(connection))
        _write(out, {"end": True})
    return count


def restore(file: Path, url: str, progress: Progress = lambda rows: None) -> int:
    """Read a file that `backup` wrote into an empty database; returns how many rows.

    After an attempt that was killed it begins anew. The restored catalogue names no collection of the index, so all its
    chunks wait to be indexed.

    Raises:
        SettingsError: the URL is not one of a supported database.
        CatalogueError: the file is none of `backup`'s or damaged, or the database holds a catalogue.
    """
    with _old_file(file) as lines:
        revision = _checked_schema(file, _parsed(file, next(lines, "")))
        count = _fill(file, lines, url, revision, progress)
    open_database(url).close()  # which migrates what an earlier version of the program wrote
    return count


def _fill(file: Path, lines: Iterator[str], url: str, revision: str, progress: Progress) -> int:
    with closing(open_database(url, unfinished=RESTORE, revision=revision)) as target:
        begin_filling(target, RESTORE, keep=False)
        with target.read() as connection:
            tables = {table.name: table for table in tables_of(connection)}
        count = 0
        while (head := _parsed(file, next(lines, ""))) != {"end": True}:
            count += _read_table(file, lines, head, tables, target, progress)
        facts = Facts(target)
        facts.forget(COLLECTION)
        facts.forget(COLLECTION_ID)
        finish_filling(target, revision)
    return count


def _write_table(out: IO[str], connection: Connection, table: Table, progress: Progress) -> int:
    _write(out, {"table": table.name, "columns": column_names(table), "counter": counter_of(connection, table)})
    written = Checksum()
    for rows in rows_of(connection, table):
        for row in rows:
            line = encode(row)
            written.add(line)
            out.write(f"{line}\n")
        progress(len(rows))
    _write(out, {"rows": written.rows, "sha256": written.sha256})
    return written.rows


def _write(out: IO[str], head: dict[str, Any]) -> None:
    out.write(json.dumps(head) + "\n")


def _read_table(
    file: Path, lines: Iterator[str], head: Any, tables: Mapping[str, Table], target: Database, progress: Progress
) -> int:
    table = tables.get(head.get("table", "")) if isinstance(head, dict) else None
    if table is None or head.get("columns") != column_names(table):
        raise _damaged(file, "a table in it is not one of this program's")
    read, waiting = Checksum(), list[Row]()
    for line in lines:
        if not line.startswith("["):
            break
        read.add(line)
        waiting.append(_decoded(file, line, table))
        if len(waiting) == ROWS_TOGETHER:
            _add(target, table, waiting, progress)
            waiting = []
    else:
        raise _damaged(file, "it ends too early")
    _add(target, table, waiting, progress)
    if _parsed(file, line) != {"rows": read.rows, "sha256": read.sha256}:
        raise _damaged(file, f"the rows of its table {table.name} are not those that were written")
    with target.write() as connection:
        set_counter(connection, table, head.get("counter"))
    return read.rows


def _add(target: Database, table: Table, rows: list[Row], progress: Progress) -> None:
    with explained(table), target.write() as connection:
        add_rows(connection, table, rows)
    progress(len(rows))


def _decoded(file: Path, line: str, table: Table) -> Row:
    try:
        return decode(line, table)
    except (ValueError, TypeError) as error:
        raise _damaged(file, str(error)) from error


def _checked_schema(file: Path, head: Any) -> str:
    """The schema of the catalogue in a file, by its first line."""
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise _damaged(file, "it is no backup of this program")
    revision = str(head.get("schema"))
    if head.get("version") != VERSION or not FIRST <= revision <= HEAD:
        why = f"its schema is {revision}, this program knows up to {HEAD}"
        raise CatalogueError("cannot restore", str(file), why, hint="Update the program.")
    return revision


def _parsed(file: Path, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise _damaged(file, "it ends too early" if not line else "a line in it is no JSON") from None


def _damaged(file: Path, why: str) -> CatalogueError:
    return CatalogueError("cannot restore", str(file), why, hint="Take another file that `ingest backup` wrote.")


@contextmanager
def _new_file(file: Path) -> Iterator[IO[str]]:
    part = file.with_name(f"{file.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as raw:
            with gzip.open(raw, "wt", encoding="utf-8", newline="\n") as out:
                yield out
            raw.flush()
            os.fsync(descriptor)
        part.replace(file)
    except OSError as error:
        why = error.strerror or str(error)
        raise CatalogueError("cannot write", str(file), why, hint="Name a file in a folder with room.") from error


@contextmanager
def _old_file(file: Path) -> Iterator[Iterator[str]]:
    """The lines of a file, without their ends."""
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            yield (line.removesuffix("\n") for line in lines)
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise _damaged(file, str(error)) from error
    except OSError as error:
        raise CatalogueError("cannot read", str(file), error.strerror or str(error)) from error
