"""Dates come out aware, in UTC, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.dates import parse_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-05-01T05:44:39Z", datetime(2026, 5, 1, 5, 44, 39, tzinfo=UTC)),
        ("2026-05-01T01:00:00+02:00", datetime(2026, 4, 30, 23, tzinfo=UTC)),
        ("2026-05-01 09:30", datetime(2026, 5, 1, 9, 30, tzinfo=UTC)),
        (" 2026-05-01 ", datetime(2026, 5, 1, tzinfo=UTC)),
        ("Fri, 01 May 2026 05:44:39 -0500", datetime(2026, 5, 1, 10, 44, 39, tzinfo=UTC)),
        ("2999-01-01", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_known_forms_are_read(text: str, date: datetime | None) -> None:
    assert parse_date(text) == date


@given(st.one_of(st.text(), st.datetimes(timezones=st.timezones()).map(str), st.datetimes().map(str)))
def test_any_text_is_a_date_in_utc_or_none(text: str) -> None:
    date = parse_date(text)
    assert date is None or date.tzinfo is UTC


def told(text: str) -> str:
    date = parse_date(text)
    return "no date" if date is None else f"{date:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026/11/24 09:30", "2026-11-24 09:30"),
        ("2024/02/14", "2024-02-14 00:00"),
        ("2026.03.05", "2026-03-05 00:00"),
        ("2026年3月5日", "2026-03-05 00:00"),
        ("2026年10月5日(月) 18:30", "2026-10-05 18:30"),
        ("2026년 3월 5일 오후 3:30", "2026-03-05 15:30"),
        ("05.03.2019 18:00", "2019-03-05 18:00"),
        ("13/03/2019", "2019-03-13 00:00"),
        ("03/13/2019", "2019-03-13 00:00"),
        ("1700000000", "2023-11-14 22:13"),
        ("1700000000123", "2023-11-14 22:13"),
    ],
)
def test_numeric_dates_are_read_as_they_are_written_where_there_is_one_way(text: str, date: str) -> None:
    assert told(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("October 5, 2026", "2026-10-05 00:00"),
        ("Mo, 04 Mai 2020 10:00:00 +0200", "2020-05-04 08:00"),
        ("5 août 2026 à 18h30", "2026-08-05 18:30"),
        ("5 de octubre de 2026", "2026-10-05 00:00"),
        ("5 de outubro de 2026", "2026-10-05 00:00"),
        ("5 ottobre 2026", "2026-10-05 00:00"),
        ("dinsdag 5 mei 2026", "2026-05-05 00:00"),
        ("5 października 2026", "2026-10-05 00:00"),
        ("5 октября 2026 г.", "2026-10-05 00:00"),
        ("5 Ekim 2026", "2026-10-05 00:00"),
        ("٥ أكتوبر ٢٠٢٦", "2026-10-05 00:00"),
    ],
)
def test_months_have_names_in_many_languages(text: str, date: str) -> None:
    assert told(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Tue, 24 Nov 2026 6:00 PM", "2026-11-24 18:00"),
        ("2026-10-05 18:00:00 EST", "2026-10-05 23:00"),
        ("2026-10-05 18:00 CET", "2026-10-05 17:00"),
        ("2026-10-05 18:00 BST", "2026-10-05 17:00"),
        ("2026-10-05 18:00 IST", "2026-10-05 12:30"),
        ("2026-10-05 18:00 JST", "2026-10-05 09:00"),
        ("2026-10-05 18:00 AEST", "2026-10-05 08:00"),
        ("Mon, 05 Oct 2026 18:00:00 JST", "2026-10-05 09:00"),
        ("Mon, 5 Oct 2026 18:00:00 GMT+0800", "2026-10-05 10:00"),
        ("Mon Oct 5 2026 18:00:00 GMT+0800 (China Standard Time)", "2026-10-05 10:00"),
        ("Thu Nov 26 2026 23:30:00 GMT-0800 (Pacific Standard Time)", "2026-11-27 07:30"),
        ("31 décembre 2026 23:30 -0500", "2027-01-01 04:30"),
    ],
)
def test_hours_are_those_of_the_zone_that_is_named(text: str, date: str) -> None:
    assert told(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2026",
        "05-03-2019",
        "2026-13-45",
        "31.02.2026",
        "2026/10",
        "March 2026",
        "2026",
        "last Tuesday",
        "3 days ago",
        "yesterday",
        "Episode 12 of 2020",
        "12:30",
        "9" * 5000,
        "2026-10-05 18:00 XYZ",
    ],
)
def test_a_date_that_nobody_wrote_is_none(text: str) -> None:
    assert parse_date(text) is None
