"""A watch tells at once, each hour or each day, and waits until the quiet hours are over."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.watch.schedule import Pace, Quiet, due, quiet_of

BERLIN = ZoneInfo("Europe/Berlin")  # two hours ahead of UTC in June
NIGHT = Quiet(22, 7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+00:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("pace", "quiet", "found", "told"),
    [
        (Pace.AT_ONCE, None, "06-10T01:30", "06-10T01:30"),
        (Pace.AT_ONCE, NIGHT, "06-10T01:30", "06-10T05:00"),
        (Pace.AT_ONCE, NIGHT, "06-10T20:00", "06-11T05:00"),
        (Pace.AT_ONCE, NIGHT, "06-10T19:59", "06-10T19:59"),
        (Pace.HOURLY, None, "06-10T10:20", "06-10T11:00"),
        (Pace.HOURLY, NIGHT, "06-10T19:20", "06-11T05:00"),
        (Pace.DAILY, None, "06-10T06:59", "06-10T07:00"),
        (Pace.DAILY, None, "06-10T07:00", "06-11T07:00"),
        (Pace.DAILY, Quiet(8, 12), "06-10T06:00", "06-10T10:00"),
        (Pace.DAILY, None, "10-24T12:00", "10-25T08:00"),
    ],
)
def test_when_what_was_found_is_told(pace: Pace, quiet: Quiet | None, found: str, told: str) -> None:
    assert due(at(found), pace, BERLIN, quiet) == at(told)


@pytest.mark.parametrize(
    ("words", "hours"),
    [("22-7", (22, 7)), ("22:00 to 7:00", (22, 7)), (" 0 – 6 ", (0, 6)), ("18-24", (18, 0))],
)
def test_quiet_hours_are_written_as_people_write_them(words: str, hours: tuple[int, int]) -> None:
    quiet = quiet_of(words)
    assert quiet is not None
    assert (quiet.start, quiet.end) == hours


@pytest.mark.parametrize("words", ["", "night", "7-7", "25-3", "0-24", "22", "1" * 5000 + "-7"])
def test_what_is_no_range_of_hours_is_not_taken_for_one(words: str) -> None:
    assert quiet_of(words) is None
