"""Rate limits per user and guild, one question at a time per user, and de-duplication. Knows no Discord."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager

from cachetools import FIFOCache

MINUTE_S = 60.0
_REMEMBERED = 10_000
"""How many ids of answered messages and interactions are kept; Discord repeats one within seconds, if at all."""


class RateLimited(Exception):
    """A user or a guild has asked more questions than allowed in a minute.

    Attributes:
        wait_s: seconds until the next question is allowed.
        everybody: the guild's limit was reached, not the user's.
    """

    def __init__(self, wait_s: float, *, everybody: bool) -> None:
        super().__init__(f"{wait_s:.0f} s")
        self.wait_s, self.everybody = wait_s, everybody


class RateLimiter:
    """The limits of users and guilds. For one event loop.

    Args:
        per_user: questions per minute and user.
        per_guild: questions per minute of all users of a guild together.
        clock: returns seconds, like `time.monotonic`.
    """

    def __init__(self, per_user: int, per_guild: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._users, self._guilds = _SlidingWindow(per_user, clock), _SlidingWindow(per_guild, clock)
        self._turns: dict[Hashable, _Turn] = {}
        self._known: FIFOCache[int, bool] = FIFOCache(_REMEMBERED)

    def admit(self, user_id: int, guild_id: int | None) -> None:
        """Count a question.

        Raises:
            RateLimited: the limit is reached; the question was not counted.
        """
        if wait_s := self._users.wait_s(user_id):
            raise RateLimited(wait_s, everybody=False)
        if guild_id is not None and (wait_s := self._guilds.wait_s(guild_id)):
            raise RateLimited(wait_s, everybody=True)
        self._users.spend(user_id)
        if guild_id is not None:
            self._guilds.spend(guild_id)

    def take_back(self, user_id: int, guild_id: int | None) -> None:
        """A question that was admitted here is refused elsewhere: it costs nothing."""
        self._users.take_back(user_id)
        if guild_id is not None:
            self._guilds.take_back(guild_id)

    @asynccontextmanager
    async def turn(self, user_id: int) -> AsyncIterator[None]:
        """A user's questions are answered one after the other, so that nobody occupies all threads."""
        turn = self._turns.setdefault(user_id, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[user_id]

    def first(self, identifier: int) -> bool:
        """Whether a message or interaction is seen for the first time: Discord may deliver one twice."""
        if identifier in self._known:
            return False
        self._known[identifier] = True
        return True


class _Turn:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


class _SlidingWindow:
    """At most so many per minute and key, in a sliding window."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = most, clock
        self._spent: dict[Hashable, deque[float]] = {}

    def wait_s(self, key: Hashable) -> float:
        """Seconds until the next one is allowed; 0: now."""
        spent = self._current(key)
        return spent[0] + MINUTE_S - self._clock() if len(spent) >= self._most else 0.0

    def spend(self, key: Hashable) -> None:
        if len(self._spent) > _REMEMBERED:
            self._spent = {known: spent for known in list(self._spent) if (spent := self._current(known))}
        self._spent.setdefault(key, deque()).append(self._clock())

    def take_back(self, key: Hashable) -> None:
        if spent := self._spent.get(key):
            spent.pop()

    def _current(self, key: Hashable) -> deque[float]:
        spent = self._spent.get(key, deque())
        while spent and self._clock() - spent[0] >= MINUTE_S:
            spent.popleft()
        return spent
