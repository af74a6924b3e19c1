"""Times are read one way and written one way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clock import format_utc, parse_clock
from ingest.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-28", datetime(2026, 6, 28, 23, 59, 59, 999999, tzinfo=UTC)),
        ("20260628", datetime(2026, 6, 28, 23, 59, 59, 999999, tzinfo=UTC)),
        (" 2026-06-28T00:00 ", datetime(2026, 6, 28, tzinfo=UTC)),
        ("2026-06-28T10:00:00Z", datetime(2026, 6, 28, 10, tzinfo=UTC)),
        ("2026-06-28T01:00:00+02:00", datetime(2026, 6, 27, 23, tzinfo=UTC)),
        ("2026-06-28 10:00:00.5", datetime(2026, 6, 28, 10, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_no_zone_means_utc_and_a_bare_date_the_end_of_its_day(text: str, moment: datetime) -> None:
    read = parse_clock(text)
    assert read == moment
    assert read.utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-06", "2026-02-30", "0001-01-01T00:00+05:00", "１２３４-01-01"])
def test_what_is_no_time_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_clock(text)
    assert "2026-06-28" in caught.value.hint


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones))  # noqa: DTZ001
def test_a_time_written_and_read_again_is_the_same(moment: datetime) -> None:
    written = format_utc(moment)
    assert written.endswith("Z")
    assert parse_clock(written) == moment


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        format_utc(datetime(2026, 6, 28))  # noqa: DTZ001
