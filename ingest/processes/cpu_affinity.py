"""CPU affinity for reader threads (Linux only; no-op elsewhere).

Python runs one thread at a time, so reader threads gain nothing from a second processor but lose much: with every
response, the interpreter's lock and the data it guards move to the other processor, which takes longer than the work
itself (`bench/polling.py` shows it on an idle machine).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_allowed: set[int] = set()
"""The processors that this process could use before any thread was pinned; empty until then."""


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Pin the calling thread, and threads that it starts, to one processor, a different one in each process."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    _allowed.update(before)
    _move({sorted(before)[os.getpid() % len(before)]})
    try:
        yield
    finally:
        _move(before)


@contextmanager
def on_any_processor() -> Iterator[None]:
    """Unpin the calling thread while it starts a process, because that inherits its processors."""
    if sys.platform != "linux" or not _allowed:
        yield
        return
    before = os.sched_getaffinity(0)
    _move(_allowed)
    try:
        yield
    finally:
        _move(before)


def usable_processors() -> int:
    """How many processors this process may use; a container often has fewer than its machine."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _move(processors: set[int]) -> None:
    if sys.platform == "linux":
        with suppress(OSError):  # a container may forbid it, which only costs time
            os.sched_setaffinity(0, processors)
