"""The way to a desk: the running owner of the index is asked; where there is none, this process opens the index.

The index has one owner, so a program that stays (an MCP server) must not keep it while nobody asks: it is closed again
after some seconds. Meanwhile it serves other processes, as the bot does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

from bot.contract import Json
from bot.desk.counter import NobodyThereError, ask_owner
from bot.desk.desk import Desk, Scopes
from ingest.errors import IndexHeldError

IDLE_S = 10.0
"""How long the index stays open without a request, in seconds: a client's requests come one after the other, a bot that
is started meanwhile is refused, and opening the index again takes one or two seconds."""
_TRIES, _PAUSE_S = 5, 0.3
"""An owner that has just started serves a moment after it took the lock."""

Opener = Callable[[], AbstractContextManager[Desk]]


class Way:
    """Takes requests to whoever can answer them. Thread-safe.

    Args:
        open_desk: opens the corpus in this process.
        alone: nobody else needs to be asked first: the index is on a Chroma server.
    """

    def __init__(self, data_dir: Path, open_desk: Opener, *, alone: bool = False, idle_s: float = IDLE_S) -> None:
        self._data_dir, self._open_desk, self._alone, self._idle_s = data_dir, open_desk, alone, idle_s
        self._lock = threading.Lock()
        self._opened: tuple[Desk, ExitStack] | None = None
        self._users, self._used_at = 0, 0.0
        self._timer: threading.Timer | None = None

    def serve(self, name: str, arguments: Mapping[str, Any], scopes: Scopes) -> Json:
        """See `Desk.serve`.

        Raises:
            IndexHeldError: a process owns the index that does not serve others, such as `ingest run`.
            VerbatimError: what `Desk.serve` and opening the corpus raise.
        """
        for left in reversed(range(_TRIES)):
            if self._opened is None and not self._alone:
                try:
                    return ask_owner(self._data_dir, name, arguments, scopes)
                except NobodyThereError:
                    pass
            try:
                desk = self._enter()
            except IndexHeldError:
                if not left:
                    raise
                time.sleep(_PAUSE_S)
                continue
            try:
                return desk.serve(name, arguments, scopes)
            finally:
                self._leave()
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close what is open. A second call does nothing."""
        with self._lock:
            self._close()

    def _enter(self) -> Desk:
        with self._lock:
            if self._opened is None:
                stack = ExitStack()
                self._opened = (stack.enter_context(self._open_desk()), stack)
            self._users += 1
            return self._opened[0]

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            self._used_at = time.monotonic()
            if self._timer is None and self._opened is not None:
                self._watch(self._idle_s)

    def _watch(self, wait_s: float) -> None:
        self._timer = threading.Timer(wait_s, self._close_if_idle)
        self._timer.daemon = True
        self._timer.start()

    def _close_if_idle(self) -> None:
        with self._lock:
            self._timer = None
            left_s = self._used_at + self._idle_s - time.monotonic()
            if self._users or left_s > 0:
                self._watch(max(left_s, self._idle_s / 10))
            else:
                self._close()

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._opened is not None:
            _, stack = self._opened
            self._opened = None
            stack.close()
