"""The one place where asyncio crosses into blocking work. Knows no Discord."""

from __future__ import annotations

import _thread
import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from bot.answering.models import Answer, Question
from bot.discord.rate_limits import RateLimited, RateLimiter
from bot.services import Services
from ingest.errors import VerbatimError

P = ParamSpec("P")
T = TypeVar("T")

_AT_ONCE = 2
"""Calls worked on at the same time; the rest wait their turn without blocking the event loop. They compute, under one
GIL."""
_AT_ONCE_WITH_MODEL = 8
"""The same with a language model, for which they mostly wait."""
_QUICK_AT_ONCE = 8
"""The same for calls that take milliseconds."""
_TURN_S = 0.001
"""How long a thread holds the GIL while others wait for it, in seconds. With Python's own 5 ms the event loop waited
for one turn of each answering thread (docs/benchmarks.md, "The event loop while the ingest runs")."""

_COUNTED_WITHIN_S = 0.3
"""The longest wait for the counts of all processes: Discord is to hear within a second that there will be an answer."""
_ALONE_S = 5.0
"""How long the counts of all processes are not asked after they did not answer."""

log = logging.getLogger(__name__)


def keep_pauses_short() -> None:
    """Keep the event loop of this process responsive. Call it when everything is open, before the loop starts.

    Threads switch more often than by default; and what has been imported and opened stays for good, so the
    garbage collector need not look through it again, which stops all threads for 100 ms (bench/pauses.py).
    """
    sys.setswitchinterval(_TURN_S)
    gc.collect()
    gc.freeze()


class ServiceBridge:
    """The services, seen from the event loop.

    Args:
        services: called in threads only.
        rate_limiter: decides whether a question is admitted.
    """

    def __init__(self, services: Services, rate_limiter: RateLimiter) -> None:
        self.services, self.rate_limiter = services, rate_limiter
        at_once = _AT_ONCE_WITH_MODEL if services.usage.model else _AT_ONCE
        self._slots, self._quick_slots = asyncio.Semaphore(at_once), asyncio.Semaphore(_QUICK_AT_ONCE)
        self._answer_slots = asyncio.Semaphore(services.answers_at_once or at_once)
        self._at_work: set[object] = set()
        self._alone_until = 0.0
        self._answers = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking work in a thread and wait for its result; its exceptions are raised here."""
        return await self._in_thread(self._slots, work, *args, **kwargs)

    async def answer(self, question: Question, so_far: Callable[[Answer], None]) -> Answer:
        """`call` for answers, some of which other processes may give (`Answering`)."""
        return await self._in_thread(self._answer_slots, self.services.answerer.answer, question, so_far)

    async def call_fast(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`call` for work that takes milliseconds and must not queue behind slow answers: Discord waits 3 seconds."""
        return await self._in_thread(self._quick_slots, work, *args, **kwargs)

    async def _in_thread(self, slots: asyncio.Semaphore, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A thread of its own for one call.

        Not from an executor, because Python waits for executors when it exits: a stop would last as long as the slowest
        language model. And not a `threading.Thread`, whose start waits until the new thread has run for the first
        time: beside four busy ones that blocks the event loop for 13 ms, and up to 60 (bench/pauses.py).
        """
        loop, call = asyncio.get_running_loop(), object()
        result: asyncio.Future[T] = loop.create_future()

        def settle(set_it: Callable[[T], None] | Callable[[BaseException], None], value: object) -> None:
            if not result.done():  # the call was cancelled, so nobody waits for its result
                set_it(value)  # type: ignore[arg-type]

        def run() -> None:
            try:
                settled = (result.set_result, work(*args, **kwargs))
            except BaseException as error:
                settled = (result.set_exception, error)  # type: ignore[assignment]
            with suppress(RuntimeError):  # the loop has been closed
                loop.call_soon_threadsafe(settle, *settled)
            self._at_work.discard(call)

        async with slots:
            self._at_work.add(call)
            _thread.start_new_thread(copy_context().run, (run,))  # what is logged there belongs to the same question
            return await result

    async def admit(self, user_id: int, guild_id: int | None) -> None:
        """Count a question, here and in all other processes.

        A database that is slow or down delays no answer: then only this process's own counts decide, for a while.

        Raises:
            RateLimited: the limit is reached; the question was not counted.
        """
        self.rate_limiter.admit(user_id, guild_id)
        counts, loop = self.services.question_counts, asyncio.get_running_loop()
        if counts is None or loop.time() < self._alone_until:
            return
        try:
            async with asyncio.timeout(_COUNTED_WITHIN_S):
                refused = await self.call_fast(counts.spend, user_id, guild_id)
        except (TimeoutError, VerbatimError) as error:
            self._alone_until = loop.time() + _ALONE_S
            log.warning(
                "questions are counted in this process alone for a while: %s", str(error) or "the database is slow"
            )
            return
        if refused is not None:
            self.rate_limiter.take_back(user_id, guild_id)
            raise RateLimited(refused.wait_s, everybody=refused.everybody)

    @property
    def working(self) -> bool:
        """Whether a thread is still working, perhaps on a call that was cancelled."""
        return bool(self._at_work)

    @property
    def answers_under_way(self) -> int:
        return self._answers

    @asynccontextmanager
    async def answering(self, user_id: int) -> AsyncIterator[None]:
        """Marks an answer as under way, and waits until the person's earlier questions are answered."""
        with self.under_way():
            async with self.rate_limiter.turn(user_id):
                yield

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Marks something as under way, so that a stop can wait for it: from before Discord learns that there will be
        an answer to its last message."""
        self._answers += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._answers -= 1
            if not self._answers:
                self._idle.set()

    async def finish(self, patience_s: float) -> bool:
        """Wait for the answers under way, at most `patience_s` seconds. Returns whether all of them finished."""
        try:
            async with asyncio.timeout(patience_s):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True
