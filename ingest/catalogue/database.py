"""Opening the catalogue's database: connections, transactions and the schema's version."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import URL, Connection, Engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from ingest.catalogue import schema
from ingest.catalogue.dialect import DIALECTS, Dialect
from ingest.errors import CatalogueError, SettingsError

LAST_TRANSACTIONS_S = 5.0
"""How long closing waits for other threads' transactions, in seconds; after that they are rolled back."""

UNFINISHED = ("move", "restore")
"""Commands that fill a database: while one is at it, its name stands in place of the schema's version."""


class Database:
    """A migrated database. `read()` and `write()` yield connections inside a transaction. Thread-safe.

    Both raise CatalogueError for anything but bugs: a full disk, a lock that is never released, a damaged file.
    """

    def __init__(self, engine: Engine, dialect: Dialect) -> None:
        self._engine, self._dialect = engine, dialect
        self._reading, self._writing = dialect.reading(engine), dialect.writing(engine)
        self._turn = threading.Lock()
        self._door = threading.Condition()
        self._inside = 0
        self._closed = False
        self._open = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction. Nested reads of one thread share it, so that all of them see the same data."""
        outer: Connection | None = getattr(self._open, "read", None)
        if outer is not None:
            yield outer
            return
        with self._visit(), _errors_explained(self._engine, self._dialect), self._reading.begin() as connection:
            self._open.read = connection
            try:
                yield connection
            finally:
                self._open.read = None

    @contextmanager
    def write(self, *, alone: bool = True) -> Iterator[Connection]:
        """A write transaction.

        Args:
            alone: no other transaction that is alone runs meanwhile, in any process. False is for what must not wait
                for articles to be stored, and needs no more than what the engine locks by itself: the rows it changes.
        """
        in_turn = alone or self._dialect.one_writer
        # Threads of this process queue here, because SQLite waits by sleeping and retrying.
        with (
            self._visit(),
            self._turn if in_turn else nullcontext(),
            _errors_explained(self._engine, self._dialect),
            self._writing.begin() as connection,
        ):
            if alone:
                self._dialect.wait_for_turn(connection)
            yield connection

    @property
    def name(self) -> str:
        """Its URL, for messages, without a password."""
        return self._engine.url.render_as_string()

    def close(self) -> None:
        """Wait for running transactions; new ones raise CatalogueError."""
        with self._door:
            self._closed = True
            self._door.wait_for(lambda: not self._inside, LAST_TRANSACTIONS_S)
        self._engine.dispose()

    @contextmanager
    def _visit(self) -> Iterator[None]:
        with self._door:
            if self._closed:
                raise CatalogueError("cannot use the catalogue", self.name, "it was closed")
            self._inside += 1
        try:
            yield
        finally:
            with self._door:
                self._inside -= 1
                self._door.notify_all()


def open_database(url: str, *, for_search: bool = False, unfinished: str = "", revision: str = schema.HEAD) -> Database:
    """Open the database; create or migrate it if needed.

    Args:
        for_search: each connection may keep more pages in memory: searching a window of time reads many.
        unfinished: open it, too, if it is marked (`mark_schema`) with this command of `UNFINISHED`.
        revision: the schema of a database that has to be created.

    Raises:
        SettingsError: the URL is not one of a supported database.
        CatalogueError: the file cannot be opened, or was written by a newer version of this program.
    """
    parsed = _parsed(url)
    dialect = DIALECTS[parsed.get_backend_name()]
    try:
        engine = dialect.engine(parsed, for_search=for_search)
    except OSError as error:
        raise _unusable(parsed, dialect, error.strerror or str(error)) from error
    try:
        with _errors_explained(engine, dialect):
            _migrate(engine, dialect, unfinished, revision)
    except CatalogueError:
        engine.dispose()
        raise
    return Database(engine, dialect)


@contextmanager
def _errors_explained(engine: Engine, dialect: Dialect) -> Iterator[None]:
    """Turn the driver's error into a CatalogueError if a user can fix it."""
    try:
        yield
    except DatabaseError as error:
        if not dialect.is_mendable(error):
            raise
        raise _unusable(engine.url, dialect, str(error.orig)) from error


def _unusable(url: URL, dialect: Dialect, why: str) -> CatalogueError:
    return CatalogueError("cannot use the catalogue", url.render_as_string(), why, hint=dialect.hint)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _wrong_setting(f"{url!r} is not a database URL", "Leave it empty for SQLite.") from None
    if parsed.drivername == "postgres":  # as hosts of databases write it
        parsed = parsed.set(drivername="postgresql")
    engine = parsed.get_backend_name()
    if engine not in DIALECTS:
        hint = "Use postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE, or leave it empty."
        raise _wrong_setting(f"{engine} is not supported", hint)
    return parsed


def _wrong_setting(why: str, hint: str) -> SettingsError:
    return SettingsError("wrong setting", "DATABASE_URL", why, hint=hint)


def mark_schema(connection: Connection, version: str) -> None:
    """Record the schema's version; a command of `UNFINISHED` in its place keeps every program from opening it."""
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def _migrate(engine: Engine, dialect: Dialect, unfinished: str, revision: str) -> None:
    if _version(engine) in (revision, unfinished):
        return
    # Two processes may open a new folder at once; the second one waits and finds the work done.
    with dialect.migrating(engine):
        version = _version(engine)
        if version == revision:
            return
        if version in UNFINISHED:
            why, hint = f"`ingest {version}` into it has not ended", f"Run `python -m ingest {version}` again."
            raise CatalogueError("cannot open the catalogue", engine.url.render_as_string(), why, hint=hint)
        if version is not None and version > revision:
            what = "this program knows up to" if revision == schema.HEAD else "what is to be restored has"
            raise CatalogueError(
                "cannot open the catalogue",
                engine.url.render_as_string(),
                f"its schema is {version}, {what} {revision}",
                hint="Update the program, or use another DATA_DIR or DATABASE_URL.",
            )
        from ingest.catalogue.migrations import upgrade  # Alembic takes most of a second to import

        upgrade(dialect.writing(engine), revision)


def _version(engine: Engine) -> str | None:
    with engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
