"""CPU affinity for reader threads (Linux only; no-op elsewhere).

Python lets one of its threads run at a time. Those that read have nothing to gain from a second processor and much to
lose: whenever a server answers, the interpreter's lock and all that it guards move from one processor to the other,
which takes longer than the work itself (`bench/polling.py` shows it on an idle machine).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_allowed: set[int] = set()
"""The processors that this process might use before a thread of it stayed on one; empty while none has."""


@contextmanager
def on_one_processor() -> Iterator[None]:
    """The calling thread, and those that it starts meanwhile, stay on one processor, another one in each process."""
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
    """Undoes it for the calling thread, which is about to start a process: that inherits its choice of processors."""
    if sys.platform != "linux" or not _allowed:
        yield
        return
    before = os.sched_getaffinity(0)
    _move(_allowed)
    try:
        yield
    finally:
        _move(before)


def _move(processors: set[int]) -> None:
    if sys.platform == "linux":
        with suppress(OSError):  # a container may forbid it, which costs time and nothing else
            os.sched_setaffinity(0, processors)
