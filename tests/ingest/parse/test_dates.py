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
