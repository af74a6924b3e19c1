"""How a source is doing: one word for programs, one phrase for people. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ingest.errors import FailureKind
from ingest.sources.advice import advice_on
from ingest.sources.alarm_rules import AlarmKind, ends_source, is_silent
from ingest.sources.models import Source


class Health(StrEnum):
    WELL = "well"
    NOT_READ_YET = "not_read_yet"
    FAILING = "failing"
    SILENT = "silent"
    ENDED = "ended"
    DISABLED = "disabled"


_ALARMS = {
    Health.FAILING: AlarmKind.FAILING,
    Health.SILENT: AlarmKind.SILENT,
    Health.ENDED: AlarmKind.ENDED,
}


def health_of(source: Source, now: datetime) -> Health:
    """The state of a source at `now`. Only feeds fall silent: pages and files need not change."""
    if not source.enabled:
        ended = source.failure_kind is not None and ends_source(FailureKind(source.failure_kind))
        return Health.ENDED if ended else Health.DISABLED
    if source.failure_kind:
        return Health.FAILING
    if source.succeeded_at is None:
        return Health.NOT_READ_YET
    looked_at = min(now, source.succeeded_at)
    if source.kind.has_entries and is_silent(looked_at, source.newest_at, source.usual_gap_s):
        return Health.SILENT
    return Health.WELL


def phrase(source: Source, now: datetime) -> str:
    """The state in words, with its cause."""
    state = health_of(source, now)
    if state is Health.FAILING:
        times = "once" if source.failures == 1 else f"{source.failures} times in a row"
        since = f" since {source.failing_since:%Y-%m-%d}" if source.failing_since and source.failures > 1 else ""
        return f"{source.failure_kind}, {times}{since}: {source.failure_why}"
    if state is Health.ENDED:
        return f"ended: {source.failure_why}"
    if state is Health.SILENT:
        return f"silent: nothing new since {source.newest_at:%Y-%m-%d}, which is unusually long"
    return state.value.replace("_", " ")


def advice_to(source: Source, now: datetime) -> str | None:
    """What to do about an unhealthy source; None if nothing has to be done."""
    alarm = _ALARMS.get(health_of(source, now))
    kind = FailureKind(source.failure_kind) if source.failure_kind else None
    return advice_on(alarm, kind).operator if alarm else None
