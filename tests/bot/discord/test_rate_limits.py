"""So many questions a minute, one at a time a person, nothing twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.discord.rate_limits import RateLimited, RateLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_question_too_many_is_told_how_long_to_wait_and_does_not_count() -> None:
    clock = Clock()
    rate_limiter = RateLimiter(per_user=2, per_guild=99, clock=clock)
    rate_limiter.admit(1, 7)
    clock.now = 20
    rate_limiter.admit(1, 7)
    clock.now = 50
    for _ in range(3):
        with pytest.raises(RateLimited) as refused:
            rate_limiter.admit(1, 7)
        assert (refused.value.wait_s, refused.value.everybody) == (10, False)
    rate_limiter.admit(2, 7)
    clock.now = 60
    rate_limiter.admit(1, 7)


def test_a_guild_has_a_share_of_its_own_and_direct_messages_have_none() -> None:
    rate_limiter = RateLimiter(per_user=9, per_guild=2, clock=Clock())
    rate_limiter.admit(1, 7)
    rate_limiter.admit(2, 7)
    with pytest.raises(RateLimited) as refused:
        rate_limiter.admit(3, 7)
    assert refused.value.everybody
    rate_limiter.admit(3, 8)
    rate_limiter.admit(3, None)


def test_a_refused_question_costs_neither_share() -> None:
    clock = Clock()
    rate_limiter = RateLimiter(per_user=1, per_guild=1, clock=clock)
    rate_limiter.admit(1, 7)
    with pytest.raises(RateLimited):
        rate_limiter.admit(2, 7)
    rate_limiter.admit(2, 8)


async def test_a_persons_questions_wait_for_each_other_and_for_nobody_elses() -> None:
    rate_limiter, order = RateLimiter(9, 9), []
    gate = asyncio.Event()

    async def ask(user_id: int, name: str) -> None:
        async with rate_limiter.turn(user_id):
            order.append(name)
            if name == "first":
                await gate.wait()
                order.append("first done")

    tasks = [asyncio.create_task(ask(1, "first")), asyncio.create_task(ask(1, "second"))]
    await ask(2, "other")
    gate.set()
    await asyncio.gather(*tasks)
    assert order.index("first done") < order.index("second")
    assert order.index("other") < order.index("first done")


def test_what_comes_twice_is_first_once() -> None:
    rate_limiter = RateLimiter(1, 1)
    assert rate_limiter.first(5)
    assert rate_limiter.first(6)
    assert not rate_limiter.first(5)
