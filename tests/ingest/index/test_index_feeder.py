"""Steps are as large as they may be, and shrink at once when they take too long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.index.index_feeder import next_batch_size

GOAL_S = 0.02


def test_a_step_that_takes_too_long_is_followed_by_a_smaller_one() -> None:
    assert next_batch_size(16, 0.08, GOAL_S, 64) == 4
    assert next_batch_size(4, 5.0, GOAL_S, 64) == 1


def test_quick_steps_grow_by_and_by_up_to_the_most() -> None:
    portion, sizes = 4, []
    for _ in range(6):
        portion = next_batch_size(portion, 0.0, GOAL_S, 64)
        sizes.append(portion)
    assert sizes == [8, 16, 32, 64, 64, 64]


@given(st.floats(0.0001, 0.02), st.integers(1, 64))
def test_at_a_steady_pace_steps_settle_at_the_goal(each_s: float, portion: int) -> None:
    for _ in range(20):
        portion = next_batch_size(portion, portion * each_s, GOAL_S, 64)
    assert portion in (64, max(1, int(GOAL_S / each_s)), max(1, int(GOAL_S / each_s) - 1))
