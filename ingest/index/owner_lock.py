"""Who owns the embedded index: one process at a time, by an OS lock. Knows no Chroma.

Two processes on one embedded folder destroy it (docs/architecture.md), so whoever opens it holds a lock on
DATA_DIR/index.lock (flock(2)), which the kernel frees when the process ends, however it ends. The file is never
deleted: a lock on a deleted file would not be seen by the next process. Its content is only for people: it
names the holder. Whether the lock is held is up to the kernel. A child that inherited it (`ingest.workers`) holds it
too, until it ends soon after its parent.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.errors import IndexHeldError, VectorIndexError
from ingest.processes.identity import is_running

LOCK_FILE = "index.lock"

# `holder` tries a shared lock for some microseconds; that must not turn a new owner away.
_PATIENCE_S = 0.3
_PAUSE_S = 0.02
_LAST_WORDS_S = 10.0
"""How long the child of a killed owner may take to end, in seconds."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that owns the index, as it described itself; `pid` is 0 if the file does not say.

    Attributes:
        command: what it runs, such as "ingest run".
        since: ISO 8601, UTC.
    """

    host: str
    pid: int
    command: str
    since: str

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid} on {self.host}, since {self.since})"


class IndexOwner:
    """The lock, held from `own_index` until `release` or the end of a `with` block."""

    def __init__(self, fd: int, holder: Holder) -> None:
        self._fd: int | None = fd
        self.holder = holder

    def fileno(self) -> int:
        """The lock's file descriptor: a child that inherits it holds the lock too, until both have closed it.

        Raises:
            ValueError: it was released.
        """
        if self._fd is None:
            raise ValueError("the lock was released")
        return self._fd

    def release(self) -> None:
        """Free the lock; a second call does nothing."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)  # which frees the lock
            self._fd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()


def own_index(data_dir: Path, command: str) -> IndexOwner:
    """Become the owner of the embedded index in `data_dir`, which is created if missing.

    Args:
        command: what this process runs, shown to processes that find the lock held.

    Raises:
        IndexHeldError: another process (or another part of this one) owns it.
        VectorIndexError: the lock file cannot be created or locked.
    """
    path = data_dir / LOCK_FILE
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _unlockable(path, error) from error
    try:
        if not _lock(fd):
            raise _held(path, _read(fd))
        owner = Holder(socket.gethostname(), os.getpid(), command, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps(asdict(owner)).encode(), 0)
    except OSError as error:
        os.close(fd)
        raise _unlockable(path, error) from error
    except IndexHeldError:
        os.close(fd)
        raise
    return IndexOwner(fd, owner)


def holder(data_dir: Path) -> Holder | None:
    """The current owner of the embedded index in `data_dir`, or None. Neither changes anything nor waits."""
    try:
        fd = os.open(data_dir / LOCK_FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(fd)
    finally:
        os.close(fd)
    return None


def _lock(fd: int) -> bool:
    """Take the lock. False if it is still held after a short wait, or after a longer one if its owner is dead."""
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited_s = time.monotonic() - began
            if waited_s > _PATIENCE_S and (waited_s > _LAST_WORDS_S or not _is_dead(_read(fd))):
                return False
            time.sleep(_PAUSE_S)
        else:
            return True


def _is_dead(owner: Holder) -> bool:
    """Whether no process on this machine has its number; a wrong guess only costs time."""
    return owner.host == socket.gethostname() and not is_running(owner.pid)


def _read(fd: int) -> Holder:
    """The owner as the lock file describes it; one that has just taken the lock may not have written it yet."""
    try:
        return Holder(**json.loads(os.pread(fd, 4096, 0)))
    except (ValueError, TypeError):
        return Holder(host="unknown", pid=0, command="another process", since="unknown")


def _held(path: Path, owner: Holder) -> IndexHeldError:
    hint = "Stop that process or wait for it; to work beside it, run a Chroma server and set CHROMA_URL."
    return IndexHeldError("the index is held", str(path), f"by {owner}", hint=hint, retryable=True)


def _unlockable(path: Path, error: OSError) -> VectorIndexError:
    why = error.strerror or str(error)
    hint = "Set DATA_DIR to a folder on a local disk that this user can write."
    return VectorIndexError("cannot lock the index", str(path), why, hint=hint)
