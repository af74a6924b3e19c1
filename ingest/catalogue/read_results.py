"""Records how a read of a source ended, inside the caller's transaction: its state, entry notes, alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, select, update

from ingest.catalogue.dialect import in_keys, insert_new, upsert, write_rows
from ingest.catalogue.schema import alarms, articles, items, sources, yields
from ingest.errors import SourceError
from ingest.sources.alarm_rules import FEWEST_OTHERS, AlarmKind, ends_source, is_silent, keeps_failing, may_be_ours
from ingest.sources.models import EntryNote, Source, SourceKind, Success
from ingest.sources.schedule import retry_of_entry

GIVEN_UP = "given up"
"""The outcome of an entry that is no longer retried."""
_ITEM_COLUMNS = ("key", "url", "title", "outcome", "detail", "article_id", "attempts", "retry_at", "digest")
_NOTE_ITEM = upsert(items, ["source_id", "key"], changed=(*_ITEM_COLUMNS[1:], "at"))
_OF_THE_WEB = [kind.value for kind in SourceKind if not kind.is_local]
_RAISE = insert_new(alarms)
"""An alarm is identified by its source, its kind and the time since which it lasts, so it is raised once."""


def _replaced(name: str) -> ColumnElement[Any]:
    """The new value of a column if there is one, else the old value."""
    return func.coalesce(bindparam(f"new_{name}", type_=sources.c[name].type), sources.c[name])


# Made once: building it takes SQLAlchemy longer than SQLite takes to run it.
_REPLACED = ("title", "etag", "last_modified", "content_sha256", "new_item_at", "usual_gap_s")
_SUCCEEDED = (
    update(sources)
    .where(sources.c.id == bindparam("source"))
    .values({name: bindparam(f"to_{name}") for name in ("checked_at", "succeeded_at", "due_at")})
    .values(failures=0, failing_since=None, failure_kind=None, failure_why=None)
    .values({name: _replaced(name) for name in _REPLACED})
)
_ANOTHER = sources.alias()
_MOVED = (
    update(sources)
    .where(sources.c.id == bindparam("source"), ~exists().where(_ANOTHER.c.address == bindparam("to")))
    .values(address=bindparam("to"))
)
"""A source cannot move to the address of another one."""


def note_successes(connection: Connection, successes: Sequence[tuple[Source, Success]]) -> None:
    """Record successful reads."""
    if not successes:
        return
    gaps = usual_gaps_s(connection, [source.id for source, success in successes if success.found_new])
    connection.execute(_SUCCEEDED, [_succeeded(source, success, gaps) for source, success in successes])
    for source, success in successes:
        if success.kind is not None:
            kind = update(sources).where(sources.c.id == source.id).values(kind=success.kind.value)
            connection.execute(kind)
        if success.address is not None:
            connection.execute(_MOVED, {"source": source.id, "to": success.address})
        if source.retry_at is not None and source.retry_at <= success.at:
            later = (items.c.source_id == source.id) & (items.c.retry_at > success.at)
            soonest = select(func.min(items.c.retry_at)).where(later).scalar_subquery()
            connection.execute(update(sources).where(sources.c.id == source.id).values(retry_at=soonest))
        _end_alarms(connection, source, success)


def _succeeded(source: Source, success: Success, gaps: Mapping[int, int]) -> dict[str, Any]:
    """The new values of a source's row."""
    values: dict[str, Any] = {f"new_{name}": getattr(success, name, None) for name in _REPLACED}
    if success.found_new:
        values |= {"new_new_item_at": success.at, "new_usual_gap_s": gaps.get(source.id)}
    times = {"to_checked_at": success.at, "to_succeeded_at": success.at, "to_due_at": success.due_at}
    return {"source": source.id} | times | values


def note_failure(connection: Connection, source: Source, error: SourceError, now: datetime, due_at: datetime) -> None:
    """Record a failed read: its kind, cause and next attempt; a failure that ends the source has none."""
    since, failures, ends = source.failing_since or now, source.failures + 1, ends_source(error.kind)
    values: dict[str, Any] = {
        "checked_at": now,
        "due_at": due_at,
        "failures": failures,
        "failing_since": since,
        "failure_kind": error.kind.value,
        "failure_why": _why(source, error),
    }
    if ends:
        values["enabled"] = False
    connection.execute(update(sources).where(sources.c.id == source.id).values(values))
    failing = keeps_failing(now, since, failures) and not (
        may_be_ours(error.kind) and _all_are_away(connection, source, since)
    )
    if ends or failing:
        kind = AlarmKind.ENDED if ends else AlarmKind.FAILING
        _raise(connection, source, kind, since, now, failure_kind=error.kind.value, detail=_why(source, error))


def note_items(connection: Connection, noted: Iterable[tuple[Source, Sequence[EntryNote]]], now: datetime) -> None:
    """Replace the notes on these entries, and count failed attempts."""
    rows: list[dict[str, Any]] = []
    for source, found in noted:
        counted = _with_tries(connection, source, found, now) if any(item.again for item in found) else found
        rows += [{"source_id": source.id, "at": now} | _row(item) for item in counted]
    write_rows(connection, _NOTE_ITEM, rows)


def _with_tries(connection: Connection, source: Source, noted: Sequence[EntryNote], now: datetime) -> list[EntryNote]:
    """The notes with their failed attempts counted; the source's next retry is recorded."""
    tried = dict(_attempts(connection, source, [item.key for item in noted if item.again]))
    counted = [_counted(item, tried.get(item.key, 0) + 1, now) if item.again else item for item in noted]
    if retries := [item.retry_at for item in counted if item.retry_at is not None]:
        # During the read, so that retries are recorded even if it is killed half-way.
        sooner = (sources.c.id == source.id) & (sources.c.retry_at.is_(None) | (sources.c.retry_at > min(retries)))
        connection.execute(update(sources).where(sooner).values(retry_at=min(retries)))
    return counted


def _all_are_away(connection: Connection, source: Source, since: datetime) -> bool:
    """Whether there are several other web sources and none could be read since: then the network is down, and one fault
    must not raise forty alarms."""
    others = (sources.c.id != source.id) & sources.c.enabled & sources.c.kind.in_(_OF_THE_WEB)
    well = func.count().filter(sources.c.succeeded_at >= since)
    total, read_well = connection.execute(select(func.count(), well).where(others)).one()
    return bool(total >= FEWEST_OTHERS and not read_well)


def _attempts(connection: Connection, source: Source, keys: Sequence[str]) -> Iterable[tuple[str, int]]:
    statement = select(items.c.key, items.c.attempts).where(items.c.source_id == source.id, items.c.key.in_(keys))
    return ((row.key, row.attempts) for row in connection.execute(statement))


def _counted(item: EntryNote, attempts: int, now: datetime) -> EntryNote:
    """The note of a failed entry with its next retry; an entry without an article is given up in the end."""
    retry_at = retry_of_entry(now, attempts)
    given_up = retry_at is None and item.article_id is None
    return replace(item, attempts=attempts, retry_at=retry_at, outcome=GIVEN_UP if given_up else item.outcome)


def _row(item: EntryNote) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _ITEM_COLUMNS}


def _end_alarms(connection: Connection, source: Source, success: Success) -> None:
    """Raise the alarm that a source has recovered, or that it is silent although it can be read."""
    was_silent = is_silent(success.at, source.newest_at, source.usual_gap_s)
    if not (was_silent or source.failing_since):
        return
    failed = (alarms.c.kind != AlarmKind.SILENT) & (alarms.c.since == source.failing_since)
    silent = (alarms.c.kind == AlarmKind.SILENT) & (alarms.c.since == source.newest_at)
    over = [*([failed] if source.failing_since else []), *([silent] if success.found_new and was_silent else [])]
    raised = select(alarms.c.id).where(alarms.c.source_id == source.id)
    if any(connection.execute(raised.where(episode)).first() for episode in over):
        _raise(connection, source, AlarmKind.RECOVERED, success.at, success.at)
    if source.kind.has_entries and not success.found_new and was_silent:
        _raise(connection, source, AlarmKind.SILENT, source.newest_at, success.at)


def _why(source: Source, error: SourceError) -> str:
    """The cause, with the address if that is not the source's own."""
    return error.why if error.which == source.address else f"{error.which}: {error.why}"


def _raise(
    connection: Connection, source: Source, kind: AlarmKind, since: datetime, now: datetime, **failure: str
) -> None:
    row = {"source_id": source.id, "kind": kind.value, "since": since, "raised_at": now}
    connection.execute(_RAISE, row | failure)


LOOKED_AT = 20
"""Newest articles of a source from which its interval is computed."""
FEWEST = 4
"""With fewer articles there is no interval."""


_DATES = (
    select(
        yields.c.source_id,
        articles.c.effective_at,
        func.row_number().over(partition_by=yields.c.source_id, order_by=articles.c.effective_at.desc()).label("nth"),
    )
    .join(articles, articles.c.id == yields.c.article_id)
    .where(in_keys(yields.c.source_id, "ids"))
    .subquery()
)
_NEWEST = (
    select(_DATES.c.source_id, _DATES.c.effective_at)
    .where(_DATES.c.nth <= LOOKED_AT)
    .order_by(_DATES.c.source_id, _DATES.c.nth)
)


def usual_gaps_s(connection: Connection, source_ids: Sequence[int]) -> dict[int, int]:
    """The median time between two articles of each source, in seconds; without sources that have too few of them."""
    rows = connection.execute(_NEWEST, {"ids": source_ids}) if source_ids else ()
    dates = {source_id: [row.effective_at for row in found] for source_id, found in groupby(rows, itemgetter(0))}
    return {source_id: _median_gap_s(newest) for source_id, newest in dates.items() if len(newest) >= FEWEST}


def _median_gap_s(dates: Sequence[datetime]) -> int:
    """The median gap between times, newest first."""
    return round(float(median((later - earlier).total_seconds() for later, earlier in pairwise(dates))))
