"""Alarms: sources that fell silent, keep failing, have ended or came back. `read_results` raises them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from ingest.catalogue.database import Database
from ingest.catalogue.schema import alarms, sources, subscriptions
from ingest.errors import FailureKind
from ingest.sources.alarm_rules import AlarmKind


@dataclass(frozen=True, slots=True)
class Alarm:
    """A change in a source's health that its readers should know about.

    Attributes:
        id: increases from alarm to alarm.
        title: the source's own name, "" if unknown.
        since: when the silence, the failing or the recovery began.
        raised_at: the read that showed it.
        failure_kind, detail: the most recent failure, for `failing` and `ended`.
    """

    id: int
    source_id: int
    address: str
    title: str
    kind: AlarmKind
    since: datetime
    raised_at: datetime
    failure_kind: FailureKind | None
    detail: str


class Alarms:
    """The table of alarms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, alarm_id: int, scope: str) -> list[Alarm]:
        """Alarms newer than this one, of sources that `scope` itself subscribes to, oldest first."""
        subscribed = select(subscriptions.c.source_id).where(subscriptions.c.scope == scope)
        statement = _ALARMS.where(alarms.c.id > alarm_id, alarms.c.source_id.in_(subscribed)).order_by(alarms.c.id)
        with self._database.read() as connection:
            return [_alarm(row) for row in connection.execute(statement)]

    def newest_id(self) -> int:
        """The id of the newest alarm, 0 if there is none: new listeners start after it."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(alarms.c.id))).scalar() or 0

    def lasting(self) -> dict[int, Alarm]:
        """The newest alarm of each source that has one and has not recovered, by source id."""
        newest = select(func.max(alarms.c.id)).group_by(alarms.c.source_id)
        statement = _ALARMS.where(alarms.c.id.in_(newest), alarms.c.kind != AlarmKind.RECOVERED)
        with self._database.read() as connection:
            return {row.source_id: _alarm(row) for row in connection.execute(statement)}


_ALARMS: Select[Any] = select(alarms, sources.c.address, sources.c.title).join(
    sources, sources.c.id == alarms.c.source_id
)


def _alarm(row: Row[Any]) -> Alarm:
    kind = None if row.failure_kind is None else FailureKind(row.failure_kind)
    return Alarm(
        row.id, row.source_id, row.address, row.title, AlarmKind(row.kind), row.since, row.raised_at, kind, row.detail
    )
