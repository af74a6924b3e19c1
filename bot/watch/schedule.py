"""When a watch tells what it found: at once, or together each hour or day, and not in the quiet hours. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

AGE = timedelta(days=3)
"""What was published longer ago when it is first read is old, and no watch tells it."""
HISTORY = timedelta(days=14)
"""Whatever a watch told within this time counts as told; so much of the past is shown before it is saved."""
_DAILY_HOUR = 9
_QUIET = re.compile(r"\s*(\d{1,2})(?::00)?\s*(?:-|–|to)\s*(\d{1,2})(?::00)?\s*")
_HOURS = 24


class Pace(StrEnum):
    """How often a watch tells."""

    AT_ONCE = "at once"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the local day in which nothing is told: from the first up to the second, also over midnight."""

    start: int
    end: int

    def holds(self, hour: int) -> bool:
        """Whether an hour of the day is quiet."""
        return (hour - self.start) % _HOURS < (self.end - self.start) % _HOURS


def quiet_of(words: str) -> Quiet | None:
    """`22-7` or `22:00 to 7:00`; None if it is no such range."""
    match = _QUIET.fullmatch(words)
    if match is None:
        return None
    start, end = int(match[1]), int(match[2])
    return Quiet(start, end % _HOURS) if start < _HOURS and end <= _HOURS and start != end % _HOURS else None


def due(found_at: datetime, pace: Pace, zone: ZoneInfo, quiet: Quiet | None) -> datetime:
    """When what was found at a moment is told: at the end of its hour or day, after the quiet hours."""
    local = found_at.astimezone(zone)
    moment = found_at
    if pace is Pace.HOURLY:
        moment = found_at + timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)
        moment = moment.replace(microsecond=0)
    elif pace is Pace.DAILY:
        moment = _next_at(local, _DAILY_HOUR)
    if quiet is not None and quiet.holds(moment.astimezone(zone).hour):
        moment = _next_at(moment.astimezone(zone), quiet.end)
    return moment.astimezone(UTC)


def _next_at(local: datetime, hour: int) -> datetime:
    """The next time after `local` at which its clock shows this hour."""
    zone = local.tzinfo
    today = datetime.combine(local.date(), time(hour), zone)
    later = today if today.astimezone(UTC) > local.astimezone(UTC) else _tomorrow(local, hour)
    return later.astimezone(UTC)


def _tomorrow(local: datetime, hour: int) -> datetime:
    return datetime.combine(local.date() + timedelta(days=1), time(hour), local.tzinfo)
