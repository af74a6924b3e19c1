"""Keeps one child process running: starts it, restarts it when it ends, and stops it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from ingest.processes.child import Child

log = logging.getLogger(__name__)

PATIENCE_S = 7.0
"""How long a stop waits for the child, in seconds; it ends by itself a little earlier."""
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
"""The pause before a restart doubles up to the longest; it is reset after a child that lived longer than that."""


class Keeper:
    """Keeps one child running until `close`.

    Args:
        start: starts the child.
        work: what the child does, for the log.
    """

    def __init__(self, start: Callable[[], Child], work: str) -> None:
        self._start = start
        self._work = work
        self._changed = threading.Condition()
        self._stopped = False
        self._child: Child | None = None
        self._thread = threading.Thread(target=self._keep, name="keeper")
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The child's process id; None while it is being restarted."""
        with self._changed:
            return self._child.pid if self._child else None

    def child(self, patience_s: float) -> Child | None:
        """The running child or its successor; None if there is none in time, or the keeper is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._child or self._stopped, patience_s)
            return self._child

    def close(self) -> None:
        """Let the child finish its write, then end it. A second call does nothing."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            if self._child is not None:
                self._child.request_stop()
        self._thread.join(PATIENCE_S)
        with self._changed:
            if self._child is not None:
                self._child.kill()
        self._thread.join()

    def _keep(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            how = self._one_life()
            with self._changed:
                self._child = None
                if self._stopped:
                    return
                if time.monotonic() - began > _LONGEST_PAUSE_S:
                    pause_s = _FIRST_PAUSE_S
                log.warning("%s ended (%s); restarting in %.0f s", self._work, how, pause_s)
                self._changed.wait_for(lambda: self._stopped, pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _one_life(self) -> str:
        """Start a child unless the keeper is closed, and return how it ended."""
        if self._stopped:
            return "never started"
        try:
            child = self._start()
        except OSError as error:  # for example, no memory for another process
            return str(error)
        with self._changed:
            self._child = child
            self._changed.notify_all()
            if self._stopped:  # meanwhile
                child.request_stop()
        return child.wait()
