"""From a match of one shape of words to the period it names; the shapes themselves are in `rules`.

Each function returns None for words that speak of time but name no period that can hold news (a day still to come,
"today" for "nowadays"), and raises ValueError or OverflowError for what only looks like a date ("June 31").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.answering.understanding.time_expressions.periods import (
    Clock,
    Period,
    add_months,
    first_of,
    latest_date,
    latest_year_of_month,
    monday,
)
from bot.answering.understanding.time_expressions.words import (
    EVENT,
    MONTHS,
    ORDINALS,
    PERIOD_PARTS,
    UNITS,
    WEEKDAYS,
    number,
)

Match = re.Match[str]
Resolve = Callable[[Match, Clock], Period | None]

# A day without a year that comes up within this many days is the coming one, not last year's.
SOON_DAYS = 31
# Days of a month: early 1-10, mid 11-20, late 21-end; months of a year: four each. 0 stands for the end.
MONTH_PARTS = {"early": (1, 11), "mid": (11, 21), "late": (21, 0)}
YEAR_PARTS = {"early": (1, 5), "mid": (5, 9), "late": (9, 0)}


def _year_said(match: Match, clock: Clock) -> int | None:
    """The year a match names: "2026", "'26", "last year", "this year"; None when it names none."""
    said = (match.groupdict().get("year") or "").lower()
    if not said:
        return None
    if said[-1].isdigit():
        return 2000 + int(said[-2:])
    return clock.today.year - (not re.match(r"this|dies|est|cet", said))


def _month_said(match: Match, clock: Clock) -> tuple[date, bool]:
    """The first day of the named month, and whether its year was assumed. Also "this month" and "last month"."""
    name = match["month"].lower().rstrip(".")
    if name not in MONTHS:
        this_month = first_of("month", clock.today)
        return (this_month if name.startswith("this") else add_months(this_month, -1)), False
    if match["month"].isupper() and not match.string.isupper():
        raise ValueError("an acronym, not a month")
    month, year = MONTHS[name], _year_said(match, clock)
    return date(year or latest_year_of_month(clock.today, month), month, 1), year is None


def _days_of_month(clock: Clock, first: date, days: tuple[int, int], floating: bool) -> Period:
    """The days `[days[0], days[1])` of the month that begins on `first`; 0 is the month's end."""
    next_month = add_months(first, 1)
    end = first.replace(day=days[1]) if days[1] else next_month
    return clock.span(first.replace(day=days[0]), min(end, next_month), floating=floating)


def _one_day(clock: Clock, month: int, day: int, year: int | None) -> tuple[date, bool] | None:
    """A named day and whether its year was assumed; None for one that is about to come."""
    if year is not None:
        return date(year, month, day), False
    latest = latest_date(clock.today, month, day)
    comes_again_in = (add_months(latest, 12) - clock.today).days
    return None if 0 < comes_again_in <= SOON_DAYS else (latest, True)


def numeric_date(match: Match, clock: Clock) -> Period | None:
    day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    return clock.span(day, day + timedelta(days=1))


def numeric_month(match: Match, clock: Clock) -> Period | None:
    first = date(int(match["y"]), int(match["m"]), 1)
    return clock.span(first, add_months(first, 1))


def named_date(match: Match, clock: Clock) -> Period | None:
    """ "June 3", "3 June 2026", "June 3-7", "the week of June 3"."""
    said = _one_day(clock, MONTHS[match["month"].lower().rstrip(".")], int(match["day"]), _year_said(match, clock))
    if said is None:
        return None
    day, floating = said
    groups = match.groupdict()
    if groups.get("week"):
        return clock.span(monday(day), monday(day) + timedelta(days=7), floating=floating)
    last = day.replace(day=int(groups["to"])) if groups.get("to") else day
    if last < day:
        raise ValueError("a range of days that runs backwards")
    return clock.span(day, last + timedelta(days=1), floating=floating)


def week_of_month(match: Match, clock: Clock) -> Period | None:
    """The first week is the days 1-7, the second 8-14 and so on; the last week is the last seven days."""
    first, floating = _month_said(match, clock)
    n = ORDINALS[match["n"].lower()]
    if n < 0:
        end = add_months(first, 1)
        return clock.span(end - timedelta(days=7), end, floating=floating)
    return _days_of_month(clock, first, (7 * n - 6, 7 * n + 1 if n <= 4 else 0), floating)


def edge_of_month(match: Match, clock: Clock) -> Period | None:
    """ "the first 3 days of June", "the last two weeks of May"."""
    first, floating = _month_said(match, clock)
    days = timedelta(days=number(match["count"]) * (7 if match["unit"].lower() == "weeks" else 1))
    end = add_months(first, 1)
    if ORDINALS[match["n"].lower()] > 0:
        return clock.span(first, min(first + days, end), floating=floating)
    return clock.span(max(end - days, first), end, floating=floating)


def half_of_month(match: Match, clock: Clock) -> Period | None:
    first, floating = _month_said(match, clock)
    return _days_of_month(clock, first, (1, 16) if ORDINALS[match["n"].lower()] == 1 else (16, 0), floating)


def half_of_year(match: Match, clock: Clock) -> Period | None:
    year, n = _year_said(match, clock), match["n"].lower()
    first = date(year or clock.today.year, 7 if ORDINALS.get(n, n) in (2, "2") else 1, 1)
    return clock.span(first, add_months(first, 6))


def part_of_month(match: Match, clock: Clock) -> Period | None:
    first, floating = _month_said(match, clock)
    return _days_of_month(clock, first, MONTH_PARTS[_part_said(match)], floating)


def part_of_year(match: Match, clock: Clock) -> Period | None:
    year = _year_said(match, clock)
    first, end = YEAR_PARTS[_part_said(match)]
    start = date(year or clock.today.year, first, 1)
    return clock.span(start, start.replace(month=end) if end else date(start.year + 1, 1, 1))


def _part_said(match: Match) -> str:
    return next(name for name in PERIOD_PARTS if match[name])


def whole_month(match: Match, clock: Clock) -> Period | None:
    first, floating = _month_said(match, clock)
    if (match.groupdict().get("last") or "").strip() and floating and first == first_of("month", clock.today):
        first = add_months(first, -12)
    return clock.span(first, add_months(first, 1), floating=floating)


def quarter(match: Match, clock: Clock) -> Period | None:
    """ "Q2 2026"; without a year the most recent second quarter that has begun."""
    n = ORDINALS[match["n"].lower()] if match["n"].lower() in ORDINALS else int(match["n"])
    year = _year_said(match, clock)
    month = 3 * n - 2
    first = date(year or latest_year_of_month(clock.today, month), month, 1)
    return clock.span(first, add_months(first, 3), floating=year is None)


def whole_years(match: Match, clock: Clock) -> Period | None:
    """ "in 2025", "between 2024 and 2026"."""
    first = date(int(match["y"]), 1, 1)
    last = int(match.groupdict().get("y2") or first.year)
    return clock.span(first, date(last + 1, 1, 1))


def weekday(match: Match, clock: Clock) -> Period | None:
    """The most recent such day, today included; "last Monday" is never today; "Monday last week" is as it says."""
    groups, n = match.groupdict(), WEEKDAYS[match["weekday"].lower()]
    if groups.get("of_last_week"):
        day = monday(clock.today) + timedelta(days=n - 7)
    else:
        latest = clock.today - timedelta(days=1) if groups.get("last") else clock.today
        day = latest - timedelta(days=(latest.weekday() - n) % 7)
    return clock.span(day, day + timedelta(days=1), relative=True)


def weekend(match: Match, clock: Clock) -> Period | None:
    """The weekend that goes on or went by last; "last weekend" on a weekend is the one before."""
    saturday = clock.today - timedelta(days=(clock.today.weekday() - 5) % 7)
    if (match.groupdict().get("last") or "").strip() and clock.today.weekday() >= 5:
        saturday -= timedelta(days=7)
    return clock.span(saturday, saturday + timedelta(days=2), relative=True)


def last_units(match: Match, clock: Clock) -> Period | None:
    """ "the last 3 days", "the past week": back from the clock."""
    return clock.back(number(match.groupdict().get("count") or "1"), UNITS[match["unit"].lower()])


def unit_before(match: Match, clock: Clock) -> Period | None:
    """ "last week": the calendar week before the clock's."""
    unit = UNITS[match["unit"].lower()]
    return clock.back(1, unit) if unit == "hour" else clock.shifted(unit, -1)


def this_unit(match: Match, clock: Clock) -> Period | None:
    return clock.shifted(UNITS[match["unit"].lower()], 0)


def units_ago(match: Match, clock: Clock) -> Period | None:
    """ "3 days ago" is that day, "two weeks ago" that calendar week, "5 hours ago" the time since."""
    count, unit = number(match["count"]), UNITS[match["unit"].lower()]
    return clock.back(count, unit) if unit == "hour" else clock.shifted(unit, -count)


def days_back(count: int) -> Resolve:
    def resolve(match: Match, clock: Clock) -> Period | None:
        return clock.shifted("day", -count)

    return resolve


def last_night(match: Match, clock: Clock) -> Period | None:
    """From yesterday's first hour to the clock: news of the night is dated on either day."""
    return Period(clock.shifted("day", -1).since, clock.shifted("day", 0).until, relative=True)


def today(match: Match, clock: Clock) -> Period | None:
    """ "today" is a day where the question asks for events; "the best model today" means nowadays."""
    return clock.shifted("day", 0) if EVENT.search(match.string) else None


def japanese_date(match: Match, clock: Clock) -> Period | None:
    """ "2026年6月3日", "6月3日", "6月", "2026年"."""
    year = int(match["year"]) if match["year"] else None
    month = int(match["m"])
    if match["d"]:
        said = _one_day(clock, month, int(match["d"]), year)
        return said and clock.span(said[0], said[0] + timedelta(days=1), floating=said[1])
    first = date(year or latest_year_of_month(clock.today, month), month, 1)
    return clock.span(first, add_months(first, 1), floating=year is None)


def japanese_unit(match: Match, clock: Clock) -> Period | None:
    unit = {"週": "week", "月": "month", "年": "year"}[match["unit"]]
    return clock.shifted(unit, 0 if match["which"] == "今" else -1)


def japanese_last_units(match: Match, clock: Clock) -> Period | None:
    unit = {"時": "hour", "日": "day", "週": "week", "ヶ": "month", "か": "month", "カ": "month", "年": "year"}
    return clock.back(int(match["count"]), unit[match["unit"][0]])
