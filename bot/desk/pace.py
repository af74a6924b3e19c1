"""How often a program may ask: at most so many requests in a minute, in a sliding window. Pure but for the clock."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable

from ingest.errors import VerbatimError

MINUTE_S = 60.0


class TooOftenError(VerbatimError):
    """A program has asked more often than allowed."""


class Pace:
    """The limit of each caller. Thread-safe; callers are few (tokens of the operator)."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = per_minute, clock
        self._spent: dict[Hashable, deque[float]] = {}
        self._lock = threading.Lock()

    def spend(self, caller: Hashable) -> None:
        """Count a request.

        Raises:
            TooOftenError: the limit is reached; the request was not counted.
        """
        with self._lock:
            now, spent = self._clock(), self._spent.setdefault(caller, deque())
            while spent and now - spent[0] >= MINUTE_S:
                spent.popleft()
            if len(spent) >= self._most:
                wait_s = spent[0] + MINUTE_S - now
                hint = f"Ask again in {wait_s:.0f} seconds."
                raise TooOftenError(
                    "too many requests", "this minute", f"{self._most} are allowed", hint=hint, retryable=True
                )
            spent.append(now)
