"""When digests are due: at a local hour, across daylight saving. Pure.

A due time is the UTC instant of an hour on a local day, so each day has exactly one: if clocks skip the hour, it is
as long after midnight as on other days; if they repeat it, it is the first of the two (PEP 495, `fold=0`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LATE = timedelta(minutes=15)
"""After this a digest says that it is late."""


class Rhythm(StrEnum):
    """How often."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a guild wants its digests.

    Attributes:
        weekday: of weekly ones, 0 for Monday.
        hour: of the local day, 0 to 23.
        zone: IANA name of the time zone, such as `Europe/Berlin`.
        start: nothing is due before this.
    """

    rhythm: Rhythm
    weekday: int
    hour: int
    zone: str
    start: datetime

    @property
    def _every(self) -> timedelta:
        return timedelta(days=7 if self.rhythm is Rhythm.WEEKLY else 1)

    def last_due(self, now: datetime) -> datetime | None:
        """The latest due time up to `now`, in UTC; None if there is none yet."""
        if self.rhythm is Rhythm.OFF:
            return None
        due = next(moment for moment in self._backwards(now) if moment <= now)
        return due if due > self.start else None

    def window(self, due: datetime) -> tuple[datetime, datetime]:
        """A digest's window: everything since the previous due time. Windows are adjacent, give or take an hour."""
        local = due.astimezone(ZoneInfo(self.zone)).date()
        return self._at(local - self._every), due

    def _backwards(self, now: datetime) -> Iterator[datetime]:
        day = now.astimezone(ZoneInfo(self.zone)).date()
        while True:
            if self.rhythm is Rhythm.DAILY or day.weekday() == self.weekday:
                yield self._at(day)
            day -= timedelta(days=1)

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), ZoneInfo(self.zone)).astimezone(UTC)
