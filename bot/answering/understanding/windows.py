"""The window of time that a question names, read from its words against the asker's clock. Pure.

    find periods (when.rules) | join "X to Y" | since, before, after, until | narrow to one window

The window is as exact as the words. That an article tells of the day before its own date is for the ranking to
soften, not for this module: here nothing is known of sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import reduce

from bot.answering.models import Window
from bot.answering.understanding.time_expressions.periods import Clock, Period, in_year_of, next_year
from bot.answering.understanding.time_expressions.rules import RULES
from bot.answering.understanding.time_expressions.words import FUTURE, JOINER, LEAD, REPORTED, SIDES, SIDES_AFTERWARDS
from ingest.models import Span

# Quoted words, code and addresses are names of things and say nothing about the asker's time.
_OPAQUE = re.compile(r"`[^`]*`|\"[^\"]*\"|“[^”]*”|«[^»]*»|(?<!\w)'[^']+'(?!\w)|https?://\S+|<[@#:][^>]*>")
_JOINED = re.compile(JOINER, re.IGNORECASE)
_SIDE_BEFORE = re.compile(
    rf"(?<!\w)(?:{'|'.join(f'(?P<{side}>{words})' for side, words in SIDES.items())})\s+{LEAD}$", re.IGNORECASE
)
_SIDE_AFTER = re.compile("|".join(f"(?P<{side}>{words})" for side, words in SIDES_AFTERWARDS.items()), re.IGNORECASE)
_LEAD_IN = re.compile(rf"(?<!\w){LEAD}$", re.IGNORECASE)
# Longest run of words that may lead up to a period, in characters.
_LEAD_CHARS = 40
# Revenue "in Q2" or "in 2025" is reported after the period; dates shorter than a quarter are those of the news.
_REPORTED_AFTERWARDS = timedelta(days=80)


@dataclass(frozen=True, slots=True)
class Reading:
    """A window and the characters of the question that said it, in order and disjoint."""

    window: Window
    spans: tuple[Span, ...]

    def rest_of(self, text: str) -> str:
        """The question without the words that said the window."""
        kept, position = [], 0
        for span in self.spans:
            kept.append(text[position : span.start])
            position = span.end
        return " ".join("".join([*kept, text[position:]]).split())


@dataclass(frozen=True, slots=True)
class _Found:
    span: Span
    period: Period
    joined: bool = False


def read_window(text: str, asked_at: datetime, zone: tzinfo = UTC) -> Window | None:
    """The window that the words name, in UTC; None when they name none.

    Args:
        text: the question, in English; common forms of German, Spanish, French and Japanese are known too.
        asked_at: the asker's clock, aware.
        zone: where the asker's days and weeks begin.
    """
    reading = find_window(text, asked_at, zone)
    return reading.window if reading else None


def find_window(text: str, asked_at: datetime, zone: tzinfo = UTC) -> Reading | None:
    """As `read_window`, with the characters that said it."""
    clock = Clock(asked_at, zone)
    readable = _OPAQUE.sub(lambda match: "\0" * len(match[0]), text)
    ahead = FUTURE.search(readable) is not None
    reported = REPORTED.search(readable) is not None
    readings = []
    for found in _joined(readable, _find_periods(readable, clock)):
        side, span = _side_of(readable, found.span)
        if found.joined and side == "since":
            side = "in"  # "since May until June" has its end
        if reported and side == "in" and found.period.until - found.period.since > _REPORTED_AFTERWARDS:
            side = "since"
        if window := _window(found.period, side, clock, ahead):
            readings.append(Reading(window, (span,)))
    return reduce(_narrowed, readings) if readings else None


def dates_in(text: str, told_at: datetime) -> list[Period]:
    """The days, months and years that an article's sentence names; none that count from its clock."""
    return [found.period for found in _find_periods(text, Clock(told_at, UTC)) if not found.period.relative]


def _find_periods(text: str, clock: Clock) -> list[_Found]:
    """Every period that the text names, in reading order; a character belongs to one of them at most."""
    claimed: list[tuple[Span, Period | None]] = []
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            span = Span(*match.span("core" if "core" in rule.pattern.groupindex else 0))
            if any(span.start < other.end and other.start < span.end for other, _ in claimed):
                continue
            try:
                claimed.append((span, rule.resolve(match, clock)))
            except (ValueError, OverflowError):
                continue  # it only looked like a date, or lies outside the calendar
    return [_Found(span, period) for span, period in sorted(claimed, key=lambda it: it[0]) if period]


def _joined(text: str, found: list[_Found]) -> Iterator[_Found]:
    """Neighbours that a joining word connects become one stretch: "from May to June", "8 June - 12 June"."""
    pending: _Found | None = None
    for each in found:
        if pending and _JOINED.fullmatch(text, pending.span.end, each.span.start):
            pending = _Found(Span(pending.span.start, each.span.end), _stretch(pending.period, each.period), True)
            continue
        if pending:
            yield pending
        pending = each
    if pending:
        yield pending


def _stretch(first: Period, second: Period) -> Period:
    """From the beginning of one to the end of the other; a year that one of them left out is the other's."""
    if first.floating and not second.floating and not second.relative:
        first = in_year_of(first, second)
    if second.floating and second.since < first.since:
        second = next_year(second)
    return replace(
        second,
        since=min(first.since, second.since),
        until=max(first.until, second.until),
        floating=first.floating and second.floating,
    )


def _side_of(text: str, span: Span) -> tuple[str, Span]:
    """Whether the window is the period itself ("in") or lies on one side of it, and all the words that say so."""
    if match := _SIDE_AFTER.match(text, span.end):
        return str(match.lastgroup), Span(span.start, match.end())
    before = text[max(0, span.start - _LEAD_CHARS) : span.start]
    if match := _SIDE_BEFORE.search(before):
        return str(match.lastgroup), Span(span.start - len(before) + match.start(), span.end)
    lead = _LEAD_IN.search(before)
    return "in", Span(span.start - (len(lead[0]) if lead else 0), span.end)


def _window(period: Period, side: str, clock: Clock, ahead: bool) -> Window | None:
    """The window in UTC; None where it would hold all news or none, or where the question looks ahead."""
    if side in ("since", "after"):
        since = period.since if side == "since" else period.until
        return Window(since.astimezone(UTC), clock.now) if since < clock.now else None
    if ahead and (period.floating or period.until > clock.now):
        return None
    if side in ("before", "until"):
        until = period.since if side == "before" else period.until
        past = until < clock.now and not (period.floating and _comes_soon(period, clock))
        return Window(None, until.astimezone(UTC)) if past else None
    until = min(period.until, clock.now) if period.relative else period.until
    return Window(period.since.astimezone(UTC), until.astimezone(UTC)) if period.since < until else None


def _comes_soon(period: Period, clock: Clock) -> bool:
    """ "by December", said in November, is not last year's."""
    return next_year(period).since - clock.now < clock.now - period.until


def _narrowed(first: Reading, second: Reading) -> Reading:
    """What both windows hold; where that is nothing, the stretch over both ("last week or in May")."""
    sinces = [it.since for it in (first.window, second.window) if it.since]
    untils = [it.until for it in (first.window, second.window) if it.until]
    window = Window(max(sinces, default=None), min(untils, default=None))
    if window.since and window.until and window.since >= window.until:
        window = Window(
            min(sinces) if len(sinces) == 2 else None,
            max(untils) if len(untils) == 2 else None,
        )
    return Reading(window, (*first.spans, *second.spans))
