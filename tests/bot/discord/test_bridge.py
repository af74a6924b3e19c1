"""Blocking work runs in threads, and a stop waits for answers, but not for ever."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.discord.bridge import ServiceBridge
from bot.discord.rate_limits import RateLimiter
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
