"""Opening the catalogue's database: connections, transactions and the schema's version.

Reads and writes are separate on purpose: a write takes SQLite's write lock at its first statement (BEGIN IMMEDIATE), so
it waits for another writer instead of failing half-way (SQLite documentation, "Transactions").
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from ingest.catalogue import schema
from ingest.errors import CatalogueError, SettingsError

BUSY_TIMEOUT_MS = 30_000
LOG_PAGES = 4000
"""How long SQLite's log grows before it is written into the database, which waits for the disk: 16 MB instead of 4."""
READERS_CACHE_KIB = 256
"""SQLite's page cache of a connection that is not for search: reading sources and storing articles needs no more."""
LAST_TRANSACTIONS_S = 5.0
"""How long closing waits for transactions of other threads; SQLite takes back what is not committed then."""
_MENDABLE = ("BUSY", "CANTOPEN", "CORRUPT", "FULL", "IOERR", "LOCKED", "NOTADB", "PERM", "READONLY")
"""Names of SQLite's result codes that a user can do something about; any other error is a bug and shows as one."""


class Database:
    """A migrated database. `read()` and `write()` give connections inside a transaction; safe in threads.

    Both raise CatalogueError for what is not a bug: a full disk, a lock that another process never releases, damage.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options()
        self._writing = engine.execution_options(begin="BEGIN IMMEDIATE")
        self._turn = threading.Lock()
        self._door = threading.Condition()
        self._inside = 0
        self._closed = False
        self._open = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Inside another `read` of the same thread this is the same transaction, so that all see one state of the
        data."""
        outer: Connection | None = getattr(self._open, "read", None)
        if outer is not None:
            yield outer
            return
        with self._visit(), _told(self._engine), self._reading.begin() as connection:
            self._open.read = connection
            try:
                yield connection
            finally:
                self._open.read = None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        # Threads of this process queue up here: SQLite's own waiting is sleeping and trying again.
        with self._visit(), self._turn, _told(self._engine), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Wait for running transactions, and allow no new one: it raises CatalogueError."""
        with self._door:
            self._closed = True
            self._door.wait_for(lambda: not self._inside, LAST_TRANSACTIONS_S)
        self._engine.dispose()

    @contextmanager
    def _visit(self) -> Iterator[None]:
        with self._door:
            if self._closed:
                raise CatalogueError("cannot use the catalogue", str(self._engine.url), "it was closed")
            self._inside += 1
        try:
            yield
        finally:
            with self._door:
                self._inside -= 1
                self._door.notify_all()


def open_database(url: str, *, for_search: bool = False) -> Database:
    """Open, and create or migrate where needed.

    Args:
        for_search: each connection keeps as many pages as SQLite would, 2 MB: searching a window of time reads many.

    Raises:
        SettingsError: the URL is not one of a supported database.
        CatalogueError: the file cannot be opened, or was written by a newer version of this program.
    """
    engine = _engine(url)
    if not for_search:
        event.listen(engine, "connect", _keep_few_pages)
    try:
        with _told(engine):
            _bring_to_head(engine, url)
    except CatalogueError:
        engine.dispose()
        raise
    return Database(engine)


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """The driver's error as a CatalogueError, if a user can fix it."""
    try:
        yield
    except DatabaseError as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        if not name.removeprefix("SQLITE_").startswith(_MENDABLE):
            raise
        raise _unusable(engine.url.render_as_string(), str(error.orig)) from error


def _unusable(url: str, why: str) -> CatalogueError:
    hint = "Check that DATA_DIR is a folder that this user can write, on a disk with room."
    return CatalogueError("cannot use the catalogue", url, why, hint=hint)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(
            "wrong setting", "DATABASE_URL", f"{url!r} is not a database URL", hint="Leave it empty for SQLite."
        ) from None
    if parsed.get_backend_name() != "sqlite":
        raise SettingsError(
            "wrong setting",
            "DATABASE_URL",
            f"{parsed.get_backend_name()} is not supported yet",
            hint="Use sqlite:///FILE, or leave it empty.",
        )
    if parsed.database:
        _make_folder(Path(parsed.database).parent, url)
    engine = create_engine(
        parsed,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        pool_use_lifo=True,  # each connection keeps pages in memory: rather few that are busy than many that are not
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _make_folder(folder: Path, url: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(url, error.strerror or str(error)) from error


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, "Serializable isolation / Savepoints": we emit BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"wal_autocheckpoint={LOG_PAGES}"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_few_pages(connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA cache_size=-{READERS_CACHE_KIB}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _bring_to_head(engine: Engine, url: str) -> None:
    if _version(engine) == schema.HEAD:
        return
    with _one_migration_at_a_time(engine):
        version = _version(engine)
        if version == schema.HEAD:
            return
        if version is not None and version > schema.HEAD:
            raise CatalogueError(
                "cannot open the catalogue",
                url,
                f"its schema is {version}, this program knows up to {schema.HEAD}",
                hint="Update the program, or point DATA_DIR at another folder.",
            )
        from ingest.catalogue.migrations import upgrade  # Alembic takes most of a second to import

        upgrade(engine)


def _version(engine: Engine) -> str | None:
    with engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@contextmanager
def _one_migration_at_a_time(engine: Engine) -> Iterator[None]:
    """Two processes may open a new folder at once; the second one waits and finds the work done."""
    path = engine.url.database
    if not path or path == ":memory:":
        yield
        return
    with Path(path).with_suffix(".migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
