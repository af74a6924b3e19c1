"""Alarms: raised by the read that shows the trouble, once for as long as it lasts, and told to those who subscribe."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind, FetchError
from ingest.sources.advice import ADVICE, advice_on
from ingest.sources.alarm_rules import FAILING_FOR, SHORTEST_SILENCE, AlarmKind, keeps_failing
from ingest.sources.models import SourceKind, Success
from tests.ingest.examples import FEED, NOW, add_source

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def fail(catalogue: Catalogue, at: datetime, kind: FailureKind = FailureKind.NOT_FOUND, address: str = FEED) -> None:
    error = FetchError(kind, "cannot read", address, "there is nothing at this address")
    catalogue.sources.record_failure(catalogue.sources.get(address), error, at, at)


def succeed(catalogue: Catalogue, at: datetime, *, new: bool = False, address: str = FEED) -> None:
    catalogue.sources.record_success(catalogue.sources.get(address), Success(at, at, found_new=new))


def told(catalogue: Catalogue, scope: str = "shared", after: int = 0) -> list[tuple[str, datetime]]:
    return [(alarm.kind.value, alarm.since) for alarm in catalogue.alarms.after(after, scope)]


def test_a_source_that_fails_for_a_day_raises_one_alarm_and_another_one_when_it_is_back(catalogue: Catalogue) -> None:
    add_source(catalogue)
    for hours in range(0, 24, 6):
        fail(catalogue, NOW + hours * HOUR)
    assert told(catalogue) == []
    for day in range(1, 30):
        fail(catalogue, NOW + day * DAY)
    assert told(catalogue) == [("failing", NOW)]
    (alarm,) = catalogue.alarms.after(0, "shared")
    assert (alarm.address, alarm.raised_at, alarm.failure_kind) == (FEED, NOW + DAY, FailureKind.NOT_FOUND)
    assert alarm.detail == "there is nothing at this address"
    for day in (30, 31):
        succeed(catalogue, NOW + day * DAY, new=True)
    assert told(catalogue, after=alarm.id) == [("recovered", NOW + 30 * DAY)]
    for day in range(32, 35):
        fail(catalogue, NOW + day * DAY)
    assert told(catalogue)[2:] == [("failing", NOW + 32 * DAY)]


def test_a_short_failure_raises_no_alarm_and_no_recovery(catalogue: Catalogue) -> None:
    add_source(catalogue)
    fail(catalogue, NOW)
    succeed(catalogue, NOW + 2 * DAY)
    assert told(catalogue) == []


@pytest.mark.parametrize("kind", [FailureKind.DNS, FailureKind.NOT_FOUND])
def test_when_this_machine_is_cut_off_no_source_is_blamed_for_it(catalogue: Catalogue, kind: FailureKind) -> None:
    addresses = [f"https://example.org/{n}.xml" for n in range(4)]
    for address in addresses:
        add_source(catalogue, address)
    for day in range(5):
        for address in addresses:
            fail(catalogue, NOW + day * DAY, kind, address)
    assert len(told(catalogue)) == (0 if kind is FailureKind.DNS else 4)
    for address in addresses[:3]:
        succeed(catalogue, NOW + 5 * DAY, address=address)
    fail(catalogue, NOW + 5 * DAY, kind, addresses[3])
    failing = [alarm.address for alarm in catalogue.alarms.after(0, "shared") if alarm.kind is AlarmKind.FAILING]
    assert failing == (addresses[3:] if kind is FailureKind.DNS else addresses)


def test_neither_many_failures_in_an_hour_nor_one_in_a_week_are_failing_for_good() -> None:
    assert not keeps_failing(NOW + HOUR, NOW, 100)
    assert not keeps_failing(NOW + 7 * DAY, NOW, 2)
    assert keeps_failing(NOW + FAILING_FOR, NOW, 3)


def test_a_source_that_is_gone_raises_an_alarm_at_once_and_only_one(catalogue: Catalogue) -> None:
    add_source(catalogue)
    fail(catalogue, NOW, FailureKind.GONE)
    catalogue.sources.set_enabled(catalogue.sources.get(FEED), True)
    fail(catalogue, NOW + DAY, FailureKind.GONE)
    assert told(catalogue) == [("ended", NOW)]


def test_a_feed_that_is_read_well_and_brings_nothing_is_silent_until_it_does(catalogue: Catalogue) -> None:
    add_source(catalogue)
    succeed(catalogue, NOW, new=True)
    succeed(catalogue, NOW + SHORTEST_SILENCE)
    assert told(catalogue) == []
    for day in range(15, 40):
        succeed(catalogue, NOW + day * DAY)
    assert told(catalogue) == [("silent", NOW)]
    succeed(catalogue, NOW + 40 * DAY, new=True)
    assert told(catalogue) == [("silent", NOW), ("recovered", NOW + 40 * DAY)]


def test_a_silence_that_is_broken_by_failures_is_without_repeats(catalogue: Catalogue) -> None:
    add_source(catalogue)
    succeed(catalogue, NOW + 20 * DAY)
    for day in (21, 22, 23, 24):
        fail(catalogue, NOW + day * DAY)
    succeed(catalogue, NOW + 25 * DAY)
    succeed(catalogue, NOW + 26 * DAY)
    assert [kind for kind, _ in told(catalogue)] == ["silent", "failing", "recovered"]


def test_what_comes_back_with_news_after_a_long_failure_was_not_silent(catalogue: Catalogue) -> None:
    add_source(catalogue)
    for day in range(30):
        fail(catalogue, NOW + day * DAY)
    succeed(catalogue, NOW + 30 * DAY, new=True)
    assert [kind for kind, _ in told(catalogue)] == ["failing", "recovered"]


def test_a_page_may_stay_as_it_is_for_ever(catalogue: Catalogue) -> None:
    add_source(catalogue, kind=SourceKind.PAGE)
    succeed(catalogue, NOW + 400 * DAY)
    assert told(catalogue) == []


def test_a_scope_hears_of_its_own_sources_alone_and_of_what_it_has_not_heard(catalogue: Catalogue) -> None:
    other = "https://example.org/other.xml"
    add_source(catalogue)
    add_source(catalogue, other, scope="42")
    assert catalogue.alarms.newest_id() == 0
    fail(catalogue, NOW, FailureKind.GONE)
    fail(catalogue, NOW, FailureKind.GONE, other)
    assert [alarm.address for alarm in catalogue.alarms.after(0, "42")] == [other]
    assert catalogue.alarms.after(catalogue.alarms.newest_id(), "shared") == []
    catalogue.sources.unsubscribe(catalogue.sources.get(other), "42")
    assert catalogue.alarms.after(0, "42") == []


def test_what_lasts_is_the_newest_alarm_of_a_source_that_has_not_recovered(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    for day in range(4):
        fail(catalogue, NOW + day * DAY)
    assert catalogue.alarms.lasting()[source.id].kind is AlarmKind.FAILING
    succeed(catalogue, NOW + 4 * DAY)
    assert catalogue.alarms.lasting() == {}


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_of_failure_comes_with_something_to_do(kind: FailureKind) -> None:
    assert all(sentence.endswith((".", "?")) for sentence in ADVICE[kind])
    assert advice_on(AlarmKind.FAILING, kind) == ADVICE[kind]
    assert advice_on(AlarmKind.RECOVERED, kind).operator == ""
    assert "moved" in advice_on(AlarmKind.SILENT, None).operator
