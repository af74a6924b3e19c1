"""How a source is doing: one word for programs, one phrase for people. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ingest.corpus.catalogue.sources import Source, SourceKind
from ingest.schedule import is_silent


class Health(StrEnum):
    WELL = "well"
    NOT_READ_YET = "not_read_yet"
    FAILING = "failing"
    SILENT = "silent"
    ENDED = "ended"
    DISABLED = "disabled"


def health_of(source: Source, now: datetime) -> Health:
    """The state of a source. Only feeds fall silent: pages and files need not change."""
    if not source.enabled:
        return Health.ENDED if source.failure_kind else Health.DISABLED
    if source.failure_kind:
        return Health.FAILING
    if source.succeeded_at is None:
        return Health.NOT_READ_YET
    newest = source.new_item_at or source.added_at
    if source.kind is SourceKind.FEED and is_silent(now, newest, source.usual_gap_s):
        return Health.SILENT
    return Health.WELL


def phrase(source: Source, now: datetime) -> str:
    """The same for people, with the cause."""
    state = health_of(source, now)
    if state is Health.FAILING:
        times = "once" if source.failures == 1 else f"{source.failures} times in a row"
        return f"{source.failure_kind}, {times}: {source.failure_why}"
    if state is Health.ENDED:
        return f"ended: {source.failure_why}"
    if state is Health.SILENT:
        return f"silent: nothing new since {source.new_item_at or source.added_at:%Y-%m-%d}, which is unusually long"
    return state.value.replace("_", " ")
