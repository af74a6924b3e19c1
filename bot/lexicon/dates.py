"""Dates as news writes them: found in any common form and compared part by part; and as people read them. Pure.

A date is (year, month, day), each part known or not: "June 24" has no year, "May 2026" no day, "2026" only a year.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from bot.lexicon.calendar_words import AMBIGUOUS_MONTHS, ENGLISH_MONTHS, alternatives, months
from bot.translation import N_, _

_MONTHS = months("en")
_MONTH = rf"(?P<month>{alternatives(_MONTHS)})\b\.?"
_FULL_MONTH = alternatives(month.capitalize() for month in ENGLISH_MONTHS)
_LONE_MONTH = alternatives(month.capitalize() for month in ENGLISH_MONTHS if month not in AMBIGUOUS_MONTHS)
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_END = r"(?![\w%]|[.,:]\d)"
# A month that is a word too needs a capital and such a word before it.
_BEFORE_MONTH = r"(?:in|of|since|until|till|by|from|for|during|early|late|mid|mid-|last|this|next|to|and)"
_BEFORE_YEAR = r"(?<![\w$€£¥])(?<![\d.,:/-][.,:/-])(?<![\d$~≈<>]\b)"
_PATTERNS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (rf"\b{_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?=T\d\d:|\b)(?!-\d)", 0),
        (rf"(?<![\d/.])(?P<month>0?[1-9]|1[0-2])/{_DAY}/(?P<year>(?:19|20)?\d\d)(?![\d/])", 0),
        (r"(?<![\d/.])(?P<day>1[3-9]|2\d|3[01])[/.](?P<month>0?[1-9]|1[0-2])[/.](?P<year>(?:19|20)\d\d)(?![\d/])", 0),
        (rf"\b{_MONTH}\s+{_DAY}(?:\s*[-–—]\s*\d{{1,2}})?(?:\s*,)?\s+{_YEAR}{_END}", re.IGNORECASE),
        (rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}{_END}", re.IGNORECASE),
        (rf"\b(?-i:(?=[A-Z])){_MONTH}\s+{_DAY}{_END}", re.IGNORECASE),
        (rf"\b{_DAY}\s+(?:of\s+)?(?-i:(?=[A-Z])){_MONTH}(?!\w)", re.IGNORECASE),
        (rf"\b(?-i:(?=[A-Z])){_MONTH},?\s+{_YEAR}{_END}", re.IGNORECASE),
        (rf"\b{_YEAR}-(?P<month>0[1-9]|1[0-2])(?![-\d])", 0),
        (rf"\b{_BEFORE_MONTH}\s+(?P<month>{_FULL_MONTH})\b(?!\s+\d)", 0),
        (rf"\b(?P<month>{_LONE_MONTH})\b", 0),
        (rf"{_BEFORE_YEAR}{_YEAR}(?:s|['’]s)?{_END}(?!\s*(?:[kKMBTx×%]\b|thousand|million|billion|trillion))", 0),
    )
)


class Day(NamedTuple):
    """A date; None for the parts that are not given."""

    year: int | None
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text, at `[start, end)`."""

    start: int
    end: int
    text: str
    day: Day


def find_dates(text: str) -> list[DateMention]:
    """The dates of a text from left to right, without overlaps; fuller forms win over partial ones.

    >>> [tuple(mention.day) for mention in find_dates("On June 24 and in May 2026, not 2,026 tokens or in may")]
    [(None, 6, 24), (2026, 5, None)]
    """
    taken: list[DateMention] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if all(match.end() <= t.start or t.end <= match.start() for t in taken):
                taken.append(DateMention(match.start(), match.end(), match.group(), _day_of(match)))
    return sorted(taken, key=lambda mention: mention.start)


def stated_in(day: Day, known: Iterable[Day]) -> bool:
    """Whether one of the known dates has every part that `day` gives."""
    return any(all(part is None or part == other for part, other in zip(day, source, strict=True)) for source in known)


def completed(day: Day, published: Iterable[date]) -> Iterator[Day]:
    """A date without a year, as each publication date would read it: the nearest such day."""
    if day.year is not None or day.month is None:
        yield day
        return
    for at in published:
        years = (at.year - 1, at.year, at.year + 1)
        yield day._replace(year=min(years, key=lambda y: abs((_some_day(y, day) - at).days)))


def _some_day(year: int, day: Day) -> date:
    month = day.month or 1
    return date(year, month, min(day.day or 15, calendar.monthrange(year, month)[1]))


def _day_of(match: re.Match[str]) -> Day:
    parts = match.groupdict()
    year, month, day = parts.get("year"), parts.get("month"), parts.get("day")
    full_year = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    return Day(full_year, _month_of(month), None if day is None else int(day))


def _month_of(month: str | None) -> int | None:
    if month is None:
        return None
    return int(month) if month.isdigit() else _MONTHS[month.lower()]


_MONTH_NAMES = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
    N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
_SHORT_MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
_SHORT_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def day(moment: datetime, zone: tzinfo = UTC) -> str:
    """The day in a zone as `28 June 2026`."""
    local = moment.astimezone(zone)
    return _("{day} {month} {year}").format(day=local.day, month=_month(local), year=local.year)


def day_and_month(moment: datetime, zone: tzinfo = UTC) -> str:
    """The day in a zone as `28 June`, for a text that tells the year."""
    local = moment.astimezone(zone)
    return _("{day} {month}").format(day=local.day, month=_month(local))


def days(first: datetime, last: datetime, zone: tzinfo = UTC) -> str:
    """Both days included, in a zone, as `22 to 28 June 2026`."""
    first, last = first.astimezone(zone), last.astimezone(zone)
    if first.date() == last.date():
        return day(last, zone)
    if first.year != last.year:
        return _("{first} to {last}").format(first=day(first, zone), last=day(last, zone))
    if first.month != last.month:
        return _("{first} to {last}").format(first=day_and_month(first, zone), last=day(last, zone))
    within = _("{first} to {last} {month} {year}")
    return within.format(first=first.day, last=last.day, month=_month(last), year=last.year)


def day_and_time(moment: datetime, zone: tzinfo) -> str:
    """The moment in a zone as `Monday 22 June 2026, 09:00`."""
    local = moment.astimezone(zone)
    return _("{weekday} {day}, {time}").format(
        weekday=weekday(local.weekday()), day=day(local, zone), time=f"{local:%H:%M}"
    )


def weekday(number: int) -> str:
    """The name of a day of the week, from 0 for Monday."""
    return _(WEEKDAYS[number])


def short_weekday(number: int) -> str:
    """The same in a few letters."""
    return _(_SHORT_WEEKDAYS[number])


def short_month(number: int) -> str:
    """The name of a month in a few letters, from 1 for January."""
    return _(_SHORT_MONTHS[number - 1])


def _month(moment: datetime) -> str:
    return _(_MONTH_NAMES[moment.month - 1])
