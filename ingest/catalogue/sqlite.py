"""Everything that only SQLite understands: its connections, its errors, JSON key lists, full text (FTS5).

`ingest.catalogue.dialect` is how the rest of the catalogue uses it. Statements are made once: building one takes
SQLAlchemy longer than SQLite takes to run it.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    URL,
    Boolean,
    ColumnElement,
    Connection,
    Engine,
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
from sqlalchemy import Insert as PlainInsert
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

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


class KeyList(TypeDecorator[Sequence[Any]]):
    """A list of keys as one parameter, because SQLAlchemy would write new SQL for each length of list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Driver) -> str:
        return json.dumps(list(value or ()))


class InKeys(FunctionElement[bool]):
    """`column IN (keys)`: use `in_keys`. Each engine compiles it in its own way."""

    type = Boolean()
    inherit_cache = True


def in_keys(column: ColumnElement[Any], name: str) -> InKeys:
    """True where the column's value is in the list that the statement is given as parameter `name`."""
    return InKeys(column, bindparam(name, type_=KeyList))


@compiles(InKeys, "sqlite")
def _in_json(element: InKeys, compiler: SQLCompiler, **kw: Any) -> str:
    value, keys = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{value} IN (SELECT value FROM json_each({keys}))"


class Sqlite:
    """`ingest.catalogue.dialect.Dialect` for SQLite.

    Reads and writes are separate on purpose: a write takes SQLite's write lock at its first statement (BEGIN
    IMMEDIATE), so it waits for another writer instead of failing half-way (SQLite documentation, "Transactions").
    """

    def engine(self, url: URL, *, for_search: bool) -> Engine:
        """Raises OSError if the database's folder cannot be made."""
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
            pool_use_lifo=True,  # each connection caches pages: better a few busy ones than many idle ones
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        if not for_search:
            event.listen(engine, "connect", _keep_few_pages)
        return engine

    def writing(self, engine: Engine) -> Engine:
        return engine.execution_options(begin="BEGIN IMMEDIATE")

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

    def write_rows(self, connection: Connection, statement: PlainInsert, rows: Sequence[Mapping[str, Any]]) -> None:
        """Bypasses SQLAlchemy, which takes longer to process a value than SQLite takes to store it."""
        if not rows:
            return
        insert = _driver_insert(statement, tuple(rows[0]), connection.dialect)
        columns = [[row[name] for row in rows] for name in insert.names]
        for place, convert in insert.converters.items():
            columns[place] = [convert(value) for value in columns[place]]
        connection.exec_driver_sql(insert.sql, list(zip(*columns, strict=True)))

    def add_to_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        connection.execute(_ADD_TERMS, {"ids": json.dumps(list(article_ids))})

    def remove_from_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        connection.execute(_DROP_TERMS, {"ids": json.dumps(list(article_ids))})

    def count_terms(self, connection: Connection, counts: Mapping[str, int]) -> None:
        in_order = {term: counts[term] for term in sorted(counts)}
        connection.execute(_COUNT_TERMS, {"counts": json.dumps(in_order, ensure_ascii=False)})

    def best_matches(self) -> Subquery:
        return _BEST

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


class _DriverInsert(NamedTuple):
    """A compiled INSERT.

    Attributes:
        names: of its values, in order.
        converters: by position, how to convert values whose type the driver does not know.
    """

    sql: str
    names: tuple[str, ...]
    converters: Mapping[int, Callable[[Any], object]]


@lru_cache(maxsize=32)
def _driver_insert(statement: PlainInsert, names: tuple[str, ...], driver: Driver) -> _DriverInsert:
    compiled = statement.compile(dialect=driver, column_keys=list(names))
    ordered = tuple(compiled.positiontup or ())
    types = [statement.table.c[name].type.dialect_impl(driver) for name in ordered]
    processors = {place: type_.bind_processor(driver) for place, type_ in enumerate(types)}
    converters = {place: _remembering(convert) for place, convert in processors.items() if convert is not None}
    return _DriverInsert(str(compiled), ordered, converters)


def _remembering(convert: Callable[[Any], object]) -> Callable[[Any], object]:
    """The same, but a run of one and the same object is converted once: most times in a batch are one object."""
    last: tuple[object, object] = (object(), None)

    def converted(value: Any) -> object:
        nonlocal last
        known = last  # other threads may replace it
        if known[0] is not value:
            known = last = (value, convert(value))
        return known[1]

    return converted
