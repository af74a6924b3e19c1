"""The parts of a fleet as processes: bots with some of the shards, ingest workers, a Chroma server.

Each can be killed and started again, as a container's restart policy does it. Used by tests and by `bench/chaos.py`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy.exc import OperationalError

from ingest.errors import VerbatimError
from tests.servers.postgres import PostgresServer, end_with_parent, make_cluster, somebody

ROOT = Path(__file__).parents[1]
START_S = 60.0
STOP_S = 30.0


class Part:
    """One process, and those that followed it.

    Attributes:
        starts: how often it was started.
    """

    user: str | None = None
    """Whose process it is; None: this user's."""

    def __init__(self, name: str, command: Sequence[str], settings: Mapping[str, str], folder: Path) -> None:
        self.name, self._command, self._folder = name, list(command), folder
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "MONITOR_ADDRESS": "off", **settings}
        self._log = folder / f"{name}.log"
        self.starts = 0
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.popen = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                preexec_fn=end_with_parent,
            )
        self.starts += 1

    @property
    def runs(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    @property
    def log(self) -> str:
        """What all of them wrote."""
        return self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""

    def kill(self) -> None:
        """kill -9."""
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()

    def stop(self) -> int:
        """SIGTERM, as container runtimes send it; the exit code."""
        assert self.popen is not None
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(STOP_S)


class ChromaPart(Part):
    """`chroma run` on a port that it keeps."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        program = str(Path(sys.executable).with_name("chroma"))
        data = folder / "chroma"
        data.mkdir()
        command = [program, "run", "--path", str(data), "--host", "127.0.0.1", "--port", str(self._port)]
        super().__init__("chroma", command, {}, folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("chroma run did not start")


class PostgresPart(Part):
    """A PostgreSQL of its own, with its default settings, on a socket."""

    def __init__(self, binaries: Path) -> None:
        folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path has at most 107 bytes
        if os.geteuid() == 0:
            self.user = somebody()
            os.chown(folder, pwd.getpwnam(self.user).pw_uid, -1)
        make_cluster(binaries, folder, self.user)
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-c", "listen_addresses="]
        super().__init__("postgresql", command, {}, folder)
        self.server = PostgresServer(folder)

    def prepare(self) -> str:
        """Wait for the first start; the URL of a new catalogue."""
        deadline = time.monotonic() + START_S
        while True:
            try:
                self.server.prepare()
            except (OperationalError, VerbatimError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return self.server.url("catalogue")

    def remove(self) -> None:
        shutil.rmtree(self._folder)


def bot_part(name: str, settings: Mapping[str, str], shards: str, count: int, folder: Path) -> Part:
    """`python -m bot` with some of the shards."""
    of_its_own = {"SHARD_IDS": shards, "SHARD_COUNT": str(count), "DATA_DIR": str(folder / name)}
    return Part(name, [sys.executable, "-m", "bot"], {**settings, **of_its_own}, folder)


def worker_part(name: str, settings: Mapping[str, str], folder: Path) -> Part:
    """`python -m ingest run`."""
    return Part(name, [sys.executable, "-m", "ingest", "run"], {**settings, "DATA_DIR": str(folder / name)}, folder)


@contextmanager
def ended(*parts: Part) -> Iterator[None]:
    """At the end of the block, kill those that still run."""
    try:
        yield
    finally:
        for part in parts:
            part.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
