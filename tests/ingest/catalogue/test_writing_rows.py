"""Many rows are written at once, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from ingest.catalogue import Catalogue
from ingest.catalogue.dialect import write_rows
from ingest.catalogue.schema import forgotten

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(-timedelta(hours=3, minutes=30))])
TIMES = st.datetimes(timezones=ZONES).filter(lambda at: 1 < at.year < 9999)
ROWS = st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), TIMES)
"""No text of an article holds U+0000, which PostgreSQL does not store."""


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_rows_are_read_back_as_they_were_written(catalogue: Catalogue, told: dict[str, datetime]) -> None:
    with catalogue.database.write() as connection:
        connection.execute(forgotten.delete())
        write_rows(connection, insert(forgotten), [{"at": at, "key": key} for key, at in told.items()])
    with catalogue.database.read() as connection:
        assert dict(connection.execute(select(forgotten.c.key, forgotten.c.at)).all()) == told


def test_a_time_without_a_zone_is_not_stored(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="without a zone"), catalogue.database.write() as connection:
        write_rows(connection, insert(forgotten), [{"key": "a", "at": datetime(2026, 11, 1)}])  # noqa: DTZ001


def test_a_row_that_lacks_a_column_of_the_first_is_a_bug(catalogue: Catalogue) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(KeyError), catalogue.database.write() as connection:
        write_rows(connection, insert(forgotten), [{"key": "a", "at": now}, {"key": "b"}])
