"""Digests are due once a local day or week, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.timetable import Rhythm, Timetable

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(hour: int, zone: str = "Europe/Berlin", start: datetime = LONG_AGO) -> Timetable:
    return Timetable(Rhythm.DAILY, 0, hour, zone, start)


def dues(table: Timetable, since: str, hours: int) -> list[datetime]:
    """All due times that a process sees which looks every ten minutes."""
    looked = (utc(since) + timedelta(minutes=10 * n) for n in range(6 * hours))
    return sorted({due for moment in looked if (due := table.last_due(moment)) and due >= utc(since)})


def test_an_hour_that_the_clocks_skip_is_due_once() -> None:
    assert dues(daily(2), "2026-03-28 20:00", 48) == [utc("2026-03-29 01:00"), utc("2026-03-30 00:00")]


def test_an_hour_that_the_clocks_repeat_is_due_once() -> None:
    assert dues(daily(2), "2026-10-24 20:00", 48) == [utc("2026-10-25 00:00"), utc("2026-10-26 01:00")]


def test_nine_in_the_morning_stays_nine_in_the_morning() -> None:
    assert dues(daily(9), "2026-03-28 00:00", 48) == [utc("2026-03-28 08:00"), utc("2026-03-29 07:00")]


def test_a_weekly_digest_is_due_on_its_weekday_there() -> None:
    table = Timetable(Rhythm.WEEKLY, 0, 7, "Asia/Tokyo", LONG_AGO)
    assert dues(table, "2026-06-15 00:00", 24 * 14) == [utc("2026-06-21 22:00"), utc("2026-06-28 22:00")]


def test_nothing_is_due_that_was_due_before_it_was_set() -> None:
    table = daily(9, "UTC", start=utc("2026-06-22 14:00"))
    assert table.last_due(utc("2026-06-23 08:59")) is None
    assert table.last_due(utc("2026-06-23 09:00")) == utc("2026-06-23 09:00")
    assert Timetable(Rhythm.OFF, 0, 9, "UTC", LONG_AGO).last_due(utc("2026-06-23 09:00")) is None


@given(
    st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: utc("2025-01-01") + timedelta(minutes=minutes)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]),
    st.integers(0, 23),
    st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY]),
    st.integers(0, 6),
)
def test_windows_lie_end_to_end(now: datetime, zone: str, hour: int, rhythm: Rhythm, weekday: int) -> None:
    table = Timetable(rhythm, weekday, hour, zone, LONG_AGO)
    due = table.last_due(now)
    assert due is not None
    assert due <= now < due + timedelta(days=8)
    since, until = table.window(due)
    assert until == due
    assert table.last_due(due - timedelta(seconds=1)) == since


def test_an_unknown_zone_is_a_bug_not_a_guess() -> None:
    with pytest.raises(KeyError):
        daily(9, "Mars/Olympus").last_due(LONG_AGO)
