"""The bot's own sentences. They contain no words of an article except figures, and none of a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from bot.answering.models import Window
from bot.lexicon.dates import day, days

SMALL_TALK = (
    "I answer questions about AI news out of the articles I have read. Ask me about a model, a lab or a paper. "
    "In Discord, /help lists what else I can do."
)
DIGEST_TELLS = "For everything that happened in a period, ask for a digest."
MODEL_FOUND_NOTHING = "The language model found no answer in these sentences; they are the nearest ones."


def no_evidence(newest_at: datetime | None, window: Window | None, zone: tzinfo = UTC) -> str:
    """The reply when the corpus has no answer; the days of the window are those of the asker's zone."""
    if newest_at is None:
        return "I have no articles yet, so I cannot answer."
    when = f" {stretch}" if window and (stretch := _stretch(window, zone)) else ""
    return f"I found no answer to this in my articles{when}. {newest_article(newest_at)}"


def model_failed(why: str) -> str:
    """The note of an answer that the language model could not write."""
    return f"Quotes only, without the language model: {why}."


Side = tuple[int, datetime | None, str]
"""A quote's number, its article's date and its figure."""


def sources_differ(newer: Side, older: Side) -> str:
    """The note that two quotes give different figures for the same thing."""
    (n, at, figure), (m, before, other) = newer, older
    text = f"The sources differ: [{n}] ({_day(at)}) says {figure}, [{m}] ({_day(before)}) says {other}."
    is_newer = at is not None and before is not None and at.date() > before.date()
    return f"{text} The newer one is [{n}]." if is_newer else text


def unsourced(parts: Sequence[str]) -> str:
    """The note that parts of the question have no source; `parts` are the asker's own words."""
    return f"I found no source for this part of the question: {', '.join(parts)}."


def untold(deed: str) -> str:
    """The note that the question assumes something; `deed` is the asker's own word for it."""
    return f'The question assumes something that none of these quotes says ("{deed}").'


def lacks(form: str) -> str:
    """The note that no quote holds what the question asks for: a "date"."""
    return f"None of these quotes gives a {form}."


def newest_article(at: datetime) -> str:
    """The note that gives the date of the newest article."""
    return f"My newest article is from {day(at)}."


def old_evidence(numbers: Sequence[int], of: int, days: int) -> str:
    """The note that quotes are older than so many days."""
    if len(numbers) == of:
        return f"All of this is more than {days} days old." if of > 1 else f"This is more than {days} days old."
    marks = [f"[{n}]" for n in numbers]
    which = " and ".join((", ".join(marks[:-1]), marks[-1])) if len(marks) > 1 else marks[0]
    return f"{which} {'is' if len(marks) == 1 else 'are'} more than {days} days old."


def _day(moment: datetime | None) -> str:
    return day(moment) if moment else "no date"


def _stretch(window: Window, zone: tzinfo) -> str:
    """The window's days in the zone, including the last one."""
    last = window.until - timedelta(microseconds=1) if window.until else None
    if window.since and last:
        return f"of {days(window.since, last, zone)}"
    if window.since:
        return f"since {day(window.since, zone)}"
    return f"up to {day(last, zone)}" if last else ""
