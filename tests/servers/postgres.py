"""A real PostgreSQL for the tests, from the programs that Debian's package installs, in a temporary folder."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

from ingest.catalogue.database import open_database

REQUIRED = "REQUIRE_POSTGRESQL"
"""An environment variable: where it is set, tests fail instead of being skipped without PostgreSQL."""
START_S = 30.0
ROOM_BYTES = 2_000_000_000
_NO_PORT = "listen_addresses="
"""There is only a socket."""
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
"""A test's data need not survive a power cut."""


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`; None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class PostgresServer:
    """A running server. Each database that it makes is a new catalogue."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def new(self) -> str:
        """The URL of a new catalogue at the newest schema."""
        return self._made("TEMPLATE catalogue")

    def empty(self) -> str:
        """The URL of a new database without any table."""
        return self._made("TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")

    def prepare(self) -> None:
        """Make the template of new catalogues."""
        self._run("CREATE DATABASE catalogue TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'")
        open_database(self.url("catalogue")).close()

    def _made(self, how: str) -> str:
        name = f"test{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} {how}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete a database, whoever is connected to it."""
        self._run(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        engine = create_engine(
            self.url("postgres").replace("://", "+psycopg://", 1), isolation_level="AUTOCOMMIT", pool_size=1
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgres_server(binaries: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """A server that is stopped, and its folder removed, at the end of the `with` block. It never runs as root.

    Args:
        durable: it has its default settings and its data on the disk.
    """
    # A socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=None if durable else memory()))
    user = somebody() if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    try:
        with _running(binaries, folder, user, () if durable else _FAST):
            server = PostgresServer(folder)
            server.prepare()
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(binaries: Path, folder: Path, user: str | None, settings: Sequence[str]) -> Iterator[None]:
    data, options = str(folder / "data"), [word for setting in (_NO_PORT, *settings) for word in ("-c", setting)]
    make_cluster(binaries, folder, user)
    command = [str(binaries / "postgres"), "-D", data, "-k", str(folder), *options]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stderr=log, user=user, cwd=folder, preexec_fn=end_with_parent) as process,
    ):
        try:
            _wait_for(folder / "data" / "postmaster.pid", process, folder / "log")
            yield
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown: connections are ended


def make_cluster(binaries: Path, folder: Path, user: str | None) -> None:
    """Make the files of a server, in a folder that belongs to this user."""
    make = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*make, "--no-sync"], check=True, capture_output=True, user=user, cwd=folder)


def end_with_parent() -> None:
    """Have the kernel stop this process when its parent is killed (prctl(2), PR_SET_PDEATHSIG, which is 1)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait_for(pid_file: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL has ended:\n{log.read_text()}")
        if pid_file.exists() and "ready" in pid_file.read_text():
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL does not answer:\n{log.read_text()}")


def memory() -> str | None:
    """A folder in memory, where a database is made in no time, if there is one with room."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free >= ROOM_BYTES else None


def somebody() -> str:
    """A user that is not root: the package's, else nobody."""
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
