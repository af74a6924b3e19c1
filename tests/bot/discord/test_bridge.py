"""Blocking work runs in threads, and a stop waits for answers, but not for ever."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.discord.bridge import ServiceBridge
from bot.discord.rate_limits import RateLimited, RateLimiter
from bot.services.question_counts import QuestionCounts, Refusal
from ingest.errors import CatalogueError
from tests.bot.discord.fake_services import FakeServices


@pytest.fixture
def bridge() -> ServiceBridge:
    return ServiceBridge(FakeServices().bundle, RateLimiter(10, 10))


async def test_work_runs_in_another_thread_and_its_result_comes_back(bridge: ServiceBridge) -> None:
    assert await bridge.call(threading.get_ident) != threading.get_ident()
    assert await bridge.call(divmod, 7, 2) == (3, 1)


async def test_what_the_work_raises_is_raised_to_the_caller(bridge: ServiceBridge) -> None:
    with pytest.raises(ZeroDivisionError):
        await bridge.call(divmod, 1, 0)


async def test_the_event_loop_goes_on_while_more_calls_wait_than_may_run(bridge: ServiceBridge) -> None:
    gate = threading.Event()
    calls = [asyncio.create_task(bridge.call(gate.wait, 10)) for _ in range(20)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*calls) == [True] * 20


async def test_a_cancelled_call_leaves_its_thread_to_end_by_itself(bridge: ServiceBridge) -> None:
    gate, ended = threading.Event(), threading.Event()

    def work() -> None:
        gate.wait(10)
        ended.set()

    call = asyncio.create_task(bridge.call(work))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert bridge.working, "who stops now must know"
    gate.set()
    assert await bridge.call(ended.wait, 10)


async def test_a_stop_waits_for_the_answers_under_way_but_not_for_ever(bridge: ServiceBridge) -> None:
    assert await bridge.finish(0)
    async with bridge.answering(1):
        assert not await bridge.finish(0.01)
        finishing = asyncio.create_task(bridge.finish(10))
        await asyncio.sleep(0)
    assert await finishing


class CountedElsewhere(QuestionCounts):
    """Counts of all processes that say what they are told to say, when they are told to."""

    def __init__(self, said: Refusal | None, *, gate: threading.Event | None = None, broken: bool = False) -> None:
        self.said, self.gate, self.broken, self.asked = said, gate, broken, 0

    def spend(self, user_id: int, guild_id: int | None) -> Refusal | None:
        self.asked += 1
        if self.gate:
            self.gate.wait(10)
        if self.broken:
            raise CatalogueError("cannot use the catalogue", "postgresql://localhost", "it does not answer")
        return self.said


def bridge_with(counts: QuestionCounts, per_user: int = 2) -> ServiceBridge:
    return ServiceBridge(FakeServices(question_counts=counts).bundle, RateLimiter(per_user, 99))


async def test_a_question_that_other_processes_have_no_room_for_is_refused_and_costs_nothing_here() -> None:
    counts = CountedElsewhere(Refusal(7.0, everybody=True))
    bridge = bridge_with(counts)
    for _ in range(5):
        with pytest.raises(RateLimited) as refused:
            await bridge.admit(1, 7)
        assert (refused.value.wait_s, refused.value.everybody) == (7.0, True)
    counts.said = None
    await bridge.admit(1, 7)


async def test_a_question_waits_for_a_slow_database_only_briefly_and_the_next_ones_not_at_all() -> None:
    gate = threading.Event()
    counts = CountedElsewhere(None, gate=gate)
    bridge, loop = bridge_with(counts), asyncio.get_running_loop()
    began = loop.time()
    await bridge.admit(1, 7)
    await bridge.admit(1, 7)
    assert loop.time() - began < 1
    assert counts.asked == 1
    with pytest.raises(RateLimited):
        await bridge.admit(1, 7)
    gate.set()


async def test_a_database_that_is_down_refuses_nobody() -> None:
    bridge = bridge_with(CountedElsewhere(None, broken=True))
    await bridge.admit(1, 7)
    await bridge.admit(1, None)
