"""Everything that only SQLite understands: its connections, its errors, JSON key lists, full text (FTS5).

`ingest.catalogue.dialect` is how the rest of the catalogue uses it. Statements are made once: building one takes
SQLAlchemy longer than SQLite takes to run it.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Insert,
    Integer,
    Subquery,
    Table,
    Text,
    bindparam,
    column,
    create_engine,
    event,
    select,
    table,
    text,
)
from sqlalchemy import Dialect as Driver
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator

from ingest.catalogue.driver_inserts import driver_insert
from ingest.catalogue.keys import InKeys

CONNECTIONS = 16
"""Connections that stay open: more threads than that are rare, and opening one costs as much as a question's reads."""
BUSY_TIMEOUT_MS = 30_000
LOG_PAGES = 4000
"""Pages of SQLite's log after which it is copied into the database, which waits for the disk: 16 MB instead of 4."""
READERS_CACHE_KIB = 256
"""SQLite's page cache for connections that do not search: storing articles needs no more."""
_MENDABLE = ("BUSY", "CANTOPEN", "CORRUPT", "FULL", "IOERR", "LOCKED", "NOTADB", "PERM", "READONLY")
"""SQLite result codes that a user can fix; any other error is a bug and is raised as it is."""

FULL_TEXT = (
    "CREATE VIRTUAL TABLE chunk_terms USING fts5(terms, content='chunks', content_rowid='row', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'\")"
)
"""SQLite only matches the terms that `words.py` made: every character but white space is part of a term."""

_chunk_terms = table("chunk_terms", column("rowid"), column("rank"), column("chunk_terms"))
"""The full-text table as queries see it: its own name is the column that MATCH takes (SQLite, "FTS5")."""
_BEST = (
    select(_chunk_terms.c.rowid.label("row"), _chunk_terms.c.rank)
    .where(_chunk_terms.c.chunk_terms.match(bindparam("any_of", type_=Text)))
    .order_by(_chunk_terms.c.rank)
    .limit(bindparam("limit", type_=Integer))
    .subquery()
)
_TERMS_OF_ARTICLES = 'SELECT "row", terms FROM chunks WHERE article_id IN (SELECT value FROM json_each(:ids))'
_ADD_TERMS = text(f"INSERT INTO chunk_terms(rowid, terms) {_TERMS_OF_ARTICLES}")
# FTS5, "External Content Tables": a row is deleted by passing in its old text.
_DROP_TERMS = text(f"INSERT INTO chunk_terms(chunk_terms, rowid, terms) SELECT 'delete', * FROM ({_TERMS_OF_ARTICLES})")
# All terms in one parameter: a batch has thousands, and binding each would take longer than counting it.
_COUNT_TERMS = text(
    "INSERT INTO terms(term, chunks) SELECT key, value FROM json_each(:counts) WHERE true "
    "ON CONFLICT(term) DO UPDATE SET chunks = chunks + excluded.chunks"
)
# SQLite documentation, "Autoincrement": the largest row number that a table ever had.
_COUNTER = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_FORGET_COUNTER = text("DELETE FROM sqlite_sequence WHERE name = :name")
_SET_COUNTER = text("INSERT INTO sqlite_sequence(name, seq) VALUES (:name, :value)")


class JsonKeys(TypeDecorator[Sequence[Any]]):
    """A list of keys as JSON (`ingest.catalogue.keys`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Driver) -> str:
        return json.dumps(list(value or ()))


@compiles(InKeys, "sqlite")
def _in_json(element: InKeys, compiler: SQLCompiler, **kw: Any) -> str:
    value, keys = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{value} IN (SELECT value FROM json_each({keys}))"


class Sqlite:
    """`ingest.catalogue.dialect.Dialect` for SQLite.

    Reads and writes are separate on purpose: a write takes SQLite's write lock at its first statement (BEGIN
    IMMEDIATE), so it waits for another writer instead of failing half-way (SQLite documentation, "Transactions").
    """

    one_writer = True
    hint = "Check that DATA_DIR is a folder that this user can write, on a disk with room."

    def engine(self, url: URL, *, for_search: bool) -> Engine:
        """Raises OSError if the database's folder cannot be made."""
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
            pool_size=CONNECTIONS,
            pool_use_lifo=True,  # each connection caches pages: better a few busy ones than many idle ones
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        if not for_search:
            event.listen(engine, "connect", _keep_few_pages)
        return engine

    def reading(self, engine: Engine) -> Engine:
        return engine

    def writing(self, engine: Engine) -> Engine:
        return engine.execution_options(begin="BEGIN IMMEDIATE")

    def wait_for_turn(self, connection: Connection) -> None:
        """Nothing to wait for: who has begun to write is alone."""

    def is_mendable(self, error: DatabaseError) -> bool:
        name = getattr(error.orig, "sqlite_errorname", "")
        return bool(name.removeprefix("SQLITE_").startswith(_MENDABLE))

    @contextmanager
    def migrating(self, engine: Engine) -> Iterator[None]:
        path = engine.url.database
        if not path or path == ":memory:":
            yield
            return
        with Path(path).with_suffix(".migrating").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def write_rows(self, connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            insert = driver_insert(statement, tuple(rows[0]), connection.dialect)
            connection.exec_driver_sql(insert.sql, list(insert.values(rows)))

    def add_to_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        connection.execute(_ADD_TERMS, {"ids": json.dumps(list(article_ids))})

    def remove_from_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        connection.execute(_DROP_TERMS, {"ids": json.dumps(list(article_ids))})

    def rebuild_full_text(self, connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO chunk_terms(chunk_terms) VALUES ('rebuild')")

    def count_terms(self, connection: Connection, counts: Mapping[str, int]) -> None:
        in_order = {term: counts[term] for term in sorted(counts)}
        connection.execute(_COUNT_TERMS, {"counts": json.dumps(in_order, ensure_ascii=False)})

    def counter(self, connection: Connection, table: Table) -> int:
        known = connection.execute(_COUNTER, {"name": table.name}).scalar()
        return int(known or 0)

    def set_counter(self, connection: Connection, table: Table, value: int) -> None:
        connection.execute(_FORGET_COUNTER, {"name": table.name})
        connection.execute(_SET_COUNTER, {"name": table.name, "value": value})

    def best_matches(self) -> Subquery:
        return _BEST

    def prefer_indexes(self, connection: Connection) -> None:
        """It always does."""

    def match_parameters(self, terms: Iterable[str], limit: int) -> dict[str, object]:
        """Terms are quoted, so that none is read as an operator."""
        quoted = ('"' + term.replace('"', '""') + '"' for term in terms)
        return {"any_of": " OR ".join(quoted), "limit": limit}


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, "Serializable isolation / Savepoints": we emit BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"wal_autocheckpoint={LOG_PAGES}"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_few_pages(connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA cache_size=-{READERS_CACHE_KIB}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
