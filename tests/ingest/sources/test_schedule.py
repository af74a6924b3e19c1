"""When a source is read again."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from ingest.sources.schedule import (
    LOCAL_INTERVAL,
    LONGEST_BACK_OFF,
    SPREAD,
    due_after_failure,
    due_after_success,
    place_in_spread,
)
from tests.ingest.examples import NOW

HALF_HOUR = timedelta(minutes=30)


def wait(failures: int, *, local: bool = False, retry_after: timedelta | None = None) -> timedelta:
    return due_after_failure(NOW, HALF_HOUR, failures, retry_after, local=local) - NOW


def test_a_healthy_source_is_read_after_its_interval_and_a_file_much_sooner() -> None:
    assert due_after_success(NOW, HALF_HOUR, local=False) == NOW + HALF_HOUR
    assert due_after_success(NOW, HALF_HOUR, local=True) == NOW + LOCAL_INTERVAL < NOW + HALF_HOUR


def test_each_failure_in_a_row_doubles_the_wait_up_to_a_day() -> None:
    assert [wait(n) / HALF_HOUR for n in range(4)] == [1, 2, 4, 8]
    assert wait(10) == wait(1_000_000) == LONGEST_BACK_OFF


def test_a_file_that_comes_back_is_noticed_within_the_usual_interval() -> None:
    assert wait(0, local=True) == LOCAL_INTERVAL
    assert wait(1_000, local=True) == HALF_HOUR


@pytest.mark.parametrize("failures", [0, 50])
def test_nobody_comes_before_the_server_asked_for(failures: int) -> None:
    wish = timedelta(days=3)
    assert wait(failures, retry_after=wish) == wish
    assert wait(failures, retry_after=timedelta(0)) == wait(failures)


def test_an_interval_longer_than_a_day_is_kept() -> None:
    week = timedelta(days=7)
    assert due_after_failure(NOW, week, 3, None, local=False) == NOW + week


def test_sources_that_were_due_together_drift_apart_but_none_is_late_by_much() -> None:
    places = sorted(place_in_spread(source_id) for source_id in range(1, 101))
    assert 0 <= places[0] < places[-1] < 1
    assert max(later - earlier for earlier, later in pairwise(places)) < 0.03
    for after in (
        due_after_success(NOW, HALF_HOUR, local=False, place=places[-1]),
        due_after_failure(NOW, HALF_HOUR, 0, None, local=False, place=places[-1]),
    ):
        assert HALF_HOUR < after - NOW < HALF_HOUR * (1 + SPREAD)
    wish = timedelta(days=3)
    assert due_after_failure(NOW, HALF_HOUR, 0, wish, local=False, place=places[-1]) == NOW + wish
