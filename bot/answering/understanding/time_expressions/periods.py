"""Calendar arithmetic for windows of time: days, weeks, months, quarters and years around a clock. Knows no words.

Weeks run Monday to Sunday. Everything is computed in the clock's zone; who uses a period turns it to UTC.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
DAYS_OF = {"hour": 1 / 24, "day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time `[since, until)` that some words name.

    Attributes:
        floating: no year was named and the latest fitting one was assumed ("in June").
        relative: named by its distance from the clock ("this week"), so it ends at the clock at the latest.
    """

    since: datetime
    until: datetime
    floating: bool = False
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The asker's clock.

    `--at 2026-06-12` means the end of that day, which may reach us as the first instant of the next one; so the day of
    the clock is the day of the instant before it.
    """

    now: datetime
    zone: tzinfo = UTC

    @property
    def today(self) -> date:
        return (self.now - timedelta(microseconds=1)).astimezone(self.zone).date()

    def span(self, first: date, end: date, *, floating: bool = False, relative: bool = False) -> Period:
        """The days from `first` up to `end`, without `end`."""
        return Period(self._midnight(first), self._midnight(end), floating, relative)

    def back(self, count: int, unit: str) -> Period:
        """The `count` units before the clock: "the last 3 days" are 72 hours, "the last 2 months" end on the clock."""
        if unit in DAYS_OF:
            since = self.now - timedelta(days=count * DAYS_OF[unit])
        else:
            days_since = self.today - add_months(self.today, -count * MONTHS_OF[unit])
            since = self.now - days_since
        return Period(since.astimezone(self.zone), self.now.astimezone(self.zone), relative=True)

    def shifted(self, unit: str, steps: int) -> Period:
        """The calendar unit that lies `steps` before (negative) or after the one of the clock."""
        if unit in MONTHS_OF:
            first = add_months(first_of(unit, self.today), steps * MONTHS_OF[unit])
            return self.span(first, add_months(first, MONTHS_OF[unit]), relative=True)
        days = 7 if unit == "week" else 1
        first = (monday(self.today) if unit == "week" else self.today) + timedelta(days=steps * days)
        return self.span(first, first + timedelta(days=days), relative=True)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def first_of(unit: str, day: date) -> date:
    """The first day of the month, quarter or year that `day` lies in."""
    if unit == "year":
        return date(day.year, 1, 1)
    months_in = (day.month - 1) % MONTHS_OF[unit]
    return date(day.year, day.month - months_in, 1)


def add_months(day: date, count: int) -> date:
    """`day` moved by whole months; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def latest_year_of_month(today: date, month: int) -> int:
    """The year of the most recent such month that has begun."""
    return today.year if month <= today.month else today.year - 1


def latest_date(today: date, month: int, day: int) -> date:
    """The most recent such day that is not after `today` (February 29 may lie years back).

    Raises:
        ValueError: no year has that day.
    """
    for year in range(today.year, today.year - 9, -1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= today:
            return candidate
    raise ValueError(f"no such day: {month}-{day}")


def next_year(period: Period) -> Period:
    """The same period a year later."""
    return replace(period, since=_year_later(period.since), until=_year_later(period.until))


def in_year_of(period: Period, anchor: Period) -> Period:
    """A floating period moved to the last occurrence that does not begin after the anchor does."""
    years = anchor.since.year - period.since.year
    moved = replace(period, since=_year_later(period.since, years), until=_year_later(period.until, years))
    if moved.since > anchor.since:
        moved = replace(moved, since=_year_later(moved.since, -1), until=_year_later(moved.until, -1))
    return replace(moved, floating=False)


def _year_later(moment: datetime, years: int = 1) -> datetime:
    day = add_months(moment.date(), 12 * years)
    return datetime.combine(day, moment.timetz())
