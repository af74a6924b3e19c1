"""So many questions a minute, one at a time a person, nothing twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.manners import Manners, TooHasty


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_question_too_many_is_told_how_long_to_wait_and_does_not_count() -> None:
    clock = Clock()
    manners = Manners(per_user=2, per_guild=99, clock=clock)
    manners.admit(1, 7)
    clock.now = 20
    manners.admit(1, 7)
    clock.now = 50
    for _ in range(3):
        with pytest.raises(TooHasty) as refused:
            manners.admit(1, 7)
        assert (refused.value.wait_s, refused.value.everybody) == (10, False)
    manners.admit(2, 7)
    clock.now = 60
    manners.admit(1, 7)


def test_a_guild_has_a_share_of_its_own_and_direct_messages_have_none() -> None:
    manners = Manners(per_user=9, per_guild=2, clock=Clock())
    manners.admit(1, 7)
    manners.admit(2, 7)
    with pytest.raises(TooHasty) as refused:
        manners.admit(3, 7)
    assert refused.value.everybody
    manners.admit(3, 8)
    manners.admit(3, None)


def test_a_refused_question_costs_neither_share() -> None:
    clock = Clock()
    manners = Manners(per_user=1, per_guild=1, clock=clock)
    manners.admit(1, 7)
    with pytest.raises(TooHasty):
        manners.admit(2, 7)
    manners.admit(2, 8)


async def test_a_persons_questions_wait_for_each_other_and_for_nobody_elses() -> None:
    manners, order = Manners(9, 9), []
    gate = asyncio.Event()

    async def ask(user_id: int, name: str) -> None:
        async with manners.turn(user_id):
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
    manners = Manners(1, 1)
    assert manners.first(5)
    assert manners.first(6)
    assert not manners.first(5)
