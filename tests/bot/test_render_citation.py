"""Stretches of days, as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.lexicon.dates import days


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ((2026, 6, 28), (2026, 6, 28), "28 June 2026"),
        ((2026, 6, 22), (2026, 6, 28), "22 to 28 June 2026"),
        ((2026, 6, 29), (2026, 7, 5), "29 June to 5 July 2026"),
        ((2025, 12, 29), (2026, 1, 4), "29 December 2025 to 4 January 2026"),
        ((2025, 6, 1), (2026, 6, 1), "1 June 2025 to 1 June 2026"),
    ],
)
def test_a_stretch_of_days_repeats_no_month_and_no_year(
    first: tuple[int, int, int], last: tuple[int, int, int], told: str
) -> None:
    assert days(datetime(*first, tzinfo=UTC), datetime(*last, 23, 59, tzinfo=UTC)) == told
