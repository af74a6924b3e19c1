"""The limits of people and guilds, held in the database for all processes together, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier

from bot.services.question_counts import QuestionCounts, Refusal
from ingest.catalogue import Catalogue
from tests.engines import NewUrl

BEGINNING = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.seconds)


def asked(counts: QuestionCounts, user_id: int, guild_id: int | None, times: int) -> int:
    """How many of so many questions are admitted."""
    return sum(counts.spend(user_id, guild_id) is None for _ in range(times))


def test_a_person_may_ask_so_often_in_all_processes_together(catalogue: Catalogue) -> None:
    clock = Clock()
    here, there = (QuestionCounts(catalogue.database, 5, 99, clock) for _ in range(2))
    assert asked(here, 1, 7, 3) + asked(there, 1, None, 9) == 5
    refused = here.spend(1, 8)
    assert refused is not None
    assert not refused.everybody
    assert asked(there, 2, 7, 1) == 1, "others are not meant"
    clock.seconds += refused.wait_s
    assert asked(here, 1, 7, 9) == 1


def test_a_guild_has_a_share_of_its_own_and_a_refused_question_costs_neither(catalogue: Catalogue) -> None:
    counts = QuestionCounts(catalogue.database, 3, 4, Clock())
    assert asked(counts, 1, 7, 3) + asked(counts, 2, 7, 1) == 4
    refused = counts.spend(3, 7)
    assert refused is not None
    assert refused.everybody
    assert asked(counts, 3, 8, 3) == 3


def test_no_minute_holds_many_more_than_the_limit_wherever_it_begins(catalogue: Catalogue) -> None:
    clock, admitted = Clock(), []
    counts = QuestionCounts(catalogue.database, 10, 99, clock)
    for n in range(300):
        clock.seconds = float(n)
        admitted += [n] * asked(counts, 1, None, 1)
    most = max(sum(start <= second < start + 60 for second in admitted) for start in range(240))
    assert 10 <= most <= 12
    assert len(admitted) >= 40, "what was asked long ago does not count"


def test_how_long_to_wait_is_told_exactly(catalogue: Catalogue) -> None:
    clock = Clock(30.0)
    counts = QuestionCounts(catalogue.database, 10, 99, clock)
    for later in (0.0, 25.0, 1.0, 14.0, 40.0, 19.9, 61.0, 119.0):
        clock.seconds = seconds = clock.seconds + later
        asked(counts, 1, None, 20)
        refused = counts.spend(1, None)
        assert refused is not None
        clock.seconds = seconds + refused.wait_s - 0.1
        assert counts.spend(1, None) is not None
        clock.seconds = seconds + refused.wait_s
        assert counts.spend(1, None) is None


def test_a_clock_that_is_behind_does_not_begin_the_minute_anew(catalogue: Catalogue) -> None:
    ahead = QuestionCounts(catalogue.database, 4, 99, Clock(60.5))
    behind = QuestionCounts(catalogue.database, 4, 99, Clock(59.5))
    assert asked(ahead, 1, None, 2) + asked(behind, 1, None, 1) + asked(ahead, 1, None, 9) == 4


def test_processes_that_ask_at_once_are_all_counted(new_catalogue_url: NewUrl) -> None:
    url, processes = new_catalogue_url(), 4
    Catalogue.open(url).close()
    start = Barrier(processes)

    def admitted(user_id: int) -> int:
        with Catalogue.open(url) as catalogue:
            counts = QuestionCounts(catalogue.database, 99, 10, Clock())
            start.wait()
            return asked(counts, user_id, 7, 5)

    with ThreadPoolExecutor(processes) as pool:
        assert sum(pool.map(admitted, range(processes))) == 10


def test_what_no_longer_counts_is_deleted(catalogue: Catalogue) -> None:
    clock = Clock()
    counts = QuestionCounts(catalogue.database, 1, 9, clock)
    assert counts.spend(1, 7) is None
    clock.seconds = 60.0
    assert counts.forget_old() == 0
    assert isinstance(counts.spend(1, 7), Refusal)
    clock.seconds = 180.0
    assert counts.forget_old() == 2
