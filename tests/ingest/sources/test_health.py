"""A source's health tells silence from failure from an end, against the source's own rhythm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind, FetchError
from ingest.sources.alarm_rules import ends_source
from ingest.sources.health import Health, health_of, phrase
from ingest.sources.models import NO_OVERRIDES, Source, SourceKind, Success
from ingest.sources.schedule import LONGEST_INTERVAL, due_after_success
from tests.ingest.examples import record

NOW = datetime(2026, 6, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR_S = 3600


@pytest.fixture
def feed(tmp_path: Path) -> Source:
    with Catalogue.open(f"sqlite:///{tmp_path}/catalogue.db") as catalogue:
        catalogue.sources.add("https://example.org/feed", SourceKind.FEED, NO_OVERRIDES, "shared", NOW - 100 * DAY)
        return catalogue.sources.get("https://example.org/feed")


def read_well(feed: Source, newest: datetime, gap: timedelta | None) -> Source:
    seconds = None if gap is None else round(gap.total_seconds())
    return replace(feed, succeeded_at=NOW, new_item_at=newest, usual_gap_s=seconds)


def test_a_daily_feed_is_silent_after_two_weeks_and_a_monthly_one_is_not(feed: Source) -> None:
    assert health_of(read_well(feed, NOW - 15 * DAY, DAY), NOW) is Health.SILENT
    assert health_of(read_well(feed, NOW - 15 * DAY, 30 * DAY), NOW) is Health.WELL
    assert "silent: nothing new since 2026-06-13" in phrase(read_well(feed, NOW - 15 * DAY, DAY), NOW)


def test_nobody_calls_a_feed_silent_for_the_time_in_which_it_was_not_read(feed: Source) -> None:
    left_off = replace(read_well(feed, NOW - 40 * DAY, DAY), succeeded_at=NOW - 39 * DAY)
    assert health_of(left_off, NOW) is Health.WELL
    assert health_of(replace(left_off, succeeded_at=NOW), NOW) is Health.SILENT


def test_a_failure_is_explained_by_its_cause_and_not_by_the_address_beside_it(tmp_path: Path) -> None:
    with Catalogue.open(f"sqlite:///{tmp_path}/catalogue.db") as catalogue:
        for elsewhere in ("https://example.org/feed", "https://example.net/moved"):
            catalogue.sources.add("https://example.org/feed", SourceKind.FEED, NO_OVERRIDES, "shared", NOW)
            error = FetchError(FailureKind.FORBIDDEN, "cannot read", elsewhere, "it refuses access (HTTP 403)")
            catalogue.sources.record_failure(catalogue.sources.get("https://example.org/feed"), error, NOW, NOW)
            told = phrase(catalogue.sources.get("https://example.org/feed"), NOW)
            assert ("https" in told) == ("moved" in elsewhere)
    assert told == (
        "forbidden, 2 times in a row since 2026-06-28: https://example.net/moved: it refuses access (HTTP 403)"
    )


def test_a_page_never_falls_silent(feed: Source) -> None:
    page = replace(read_well(feed, NOW - 900 * DAY, None), kind=SourceKind.PAGE)
    assert health_of(page, NOW) is Health.WELL


def test_a_source_that_is_gone_has_ended_and_is_not_merely_disabled(feed: Source) -> None:
    assert ends_source(FailureKind.GONE)
    assert not ends_source(FailureKind.NOT_FOUND)
    gone = replace(feed, enabled=False, failure_kind="gone", failure_why="it says 410")
    assert health_of(gone, NOW) is Health.ENDED
    assert health_of(replace(feed, enabled=False), NOW) is Health.DISABLED
    assert health_of(replace(gone, failure_kind="not_found"), NOW) is Health.DISABLED


def test_a_failure_that_ends_a_source_takes_it_off_the_schedule(tmp_path: Path) -> None:
    with Catalogue.open(f"sqlite:///{tmp_path}/catalogue.db") as catalogue:
        catalogue.sources.add("https://example.org/feed", SourceKind.FEED, NO_OVERRIDES, "shared", NOW)
        source = catalogue.sources.get("https://example.org/feed")
        error = FetchError(FailureKind.GONE, "cannot read", source.address, "410 Gone")
        catalogue.sources.record_failure(source, error, NOW, NOW)
        assert catalogue.sources.due(NOW + DAY) == {}
        assert health_of(catalogue.sources.get(source.address), NOW) is Health.ENDED


def test_a_source_learns_its_rhythm_from_the_dates_of_its_articles(tmp_path: Path) -> None:
    with Catalogue.open(f"sqlite:///{tmp_path}/catalogue.db") as catalogue:
        catalogue.sources.add("https://example.org/feed", SourceKind.FEED, NO_OVERRIDES, "shared", NOW)
        source = catalogue.sources.get("https://example.org/feed")
        for n in range(6):
            text = f"Number {n} tells of something that no other one tells of."
            catalogue.articles.store(
                record(key=f"https://example.org/{n}", text=text, published_at=NOW - n * DAY, fetched_at=NOW), source.id
            )
        catalogue.sources.record_success(source, Success(at=NOW, due_at=NOW, found_new=True))
        assert catalogue.sources.get(source.address).usual_gap_s == 24 * HOUR_S


@pytest.mark.parametrize(
    ("gap_s", "fresh_s", "wait"),
    [
        (None, None, timedelta(minutes=30)),
        (HOUR_S, None, timedelta(minutes=30)),
        (24 * HOUR_S, None, timedelta(hours=3)),
        (400 * HOUR_S, None, LONGEST_INTERVAL),
        (None, 2 * HOUR_S, timedelta(hours=2)),
        (None, 10**9, LONGEST_INTERVAL),
    ],
)
def test_a_rare_source_is_read_rarely_but_twice_a_day(
    gap_s: int | None, fresh_s: float | None, wait: timedelta
) -> None:
    due = due_after_success(NOW, timedelta(minutes=30), local=False, usual_gap_s=gap_s, fresh_for_s=fresh_s)
    assert due - NOW == wait
