"""Dates are found in the forms news writes them and compared part by part."""

from __future__ import annotations

from datetime import date

import pytest

from bot.lexicon.dates import Day, completed, find_dates, stated_in


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on June 24, 2026.", Day(2026, 6, 24)),
        ("on 24 June 2026", Day(2026, 6, 24)),
        ("the 2nd of April 2026", Day(2026, 4, 2)),
        ("at 2026-06-24T10:00Z", Day(2026, 6, 24)),
        ("News for 4/30/2026", Day(2026, 4, 30)),
        ("am 24.06.2026", Day(2026, 6, 24)),
        ("until June 22, then", Day(None, 6, 22)),
        ("in May", Day(None, 5, None)),
        ("by late 2026", Day(2026, None, None)),
        ("in May 2025 that", Day(2025, 5, None)),
        ("2026's best", Day(2026, None, None)),
    ],
)
def test_a_date_is_read_in_every_common_form(text: str, day: Day) -> None:
    assert [mention.day for mention in find_dates(text)] == [day]


@pytest.mark.parametrize("text", ["it may 5 times", "they march on", "$2000", "2,026 GPUs", "2048x faster", "v1.2026"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == []


def test_a_part_that_the_source_does_not_tell_is_not_told() -> None:
    assert stated_in(Day(None, 6, None), [Day(2026, 6, 24)])
    assert not stated_in(Day(2026, 6, 24), [Day(2026, 6, None)])


def test_a_date_without_a_year_is_the_nearest_to_the_publication() -> None:
    assert list(completed(Day(None, 12, 30), [date(2026, 1, 2)])) == [Day(2025, 12, 30)]
