"""The bot's own sentences. They contain no words of an article except figures, and none of a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from bot.answering.models import Window
from bot.lexicon.dates import day, days
from bot.translation import N_, _

SMALL_TALK = N_(
    "I answer questions about AI news out of the articles I have read. Ask me about a model, a lab or a paper. "
    "In Discord, /help lists what else I can do."
)
DIGEST_TELLS = N_("For everything that happened in a period, ask for a digest.")
MODEL_FOUND_NOTHING = N_("The language model found no answer in these sentences; they are the nearest ones.")


def no_evidence(newest_at: datetime | None, window: Window | None, zone: tzinfo = UTC) -> str:
    """The reply when the corpus has no answer; the days of the window are those of the asker's zone."""
    if newest_at is None:
        return _("I have no articles yet, so I cannot answer.")
    return f"{_nothing_found(window, zone)} {newest_article(newest_at)}"


def model_failed(why: str) -> str:
    """The note of an answer that the language model could not write."""
    return _("Quotes only, without the language model: {why}.").format(why=_(why))


Side = tuple[int, datetime | None, str]
"""A quote's number, its article's date and its figure."""


def sources_differ(newer: Side, older: Side) -> str:
    """The note that two quotes give different figures for the same thing."""
    (n, at, figure), (m, before, other) = newer, older
    text = _("The sources differ: [{n}] ({at}) says {figure}, [{m}] ({before}) says {other}.").format(
        n=n, at=_day(at), figure=figure, m=m, before=_day(before), other=other
    )
    is_newer = at is not None and before is not None and at.date() > before.date()
    return " ".join((text, _("The newer one is [{n}].").format(n=n))) if is_newer else text


def unsourced(parts: Sequence[str]) -> str:
    """The note that parts of the question have no source; `parts` are the asker's own words."""
    return _("I found no source for this part of the question: {parts}.").format(parts=", ".join(parts))


def untold(deed: str) -> str:
    """The note that the question assumes something; `deed` is the asker's own word for it."""
    return _('The question assumes something that none of these quotes says ("{deed}").').format(deed=deed)


def newest_article(at: datetime) -> str:
    """The note that gives the date of the newest article."""
    return _("My newest article is from {at}.").format(at=day(at))


def old_evidence(numbers: Sequence[int], of: int, days: int) -> str:
    """The note that quotes are older than so many days."""
    if len(numbers) == of:
        told = _("All of this is more than {days} days old.") if of > 1 else _("This is more than {days} days old.")
        return told.format(days=days)
    *marks, last = (f"[{n}]" for n in numbers)
    if not marks:
        return _("{mark} is more than {days} days old.").format(mark=last, days=days)
    several = _("{marks} and {last} are more than {days} days old.")
    return several.format(marks=", ".join(marks), last=last, days=days)


def _day(moment: datetime | None) -> str:
    return day(moment) if moment else _("no date")


def _nothing_found(window: Window | None, zone: tzinfo) -> str:
    """That nothing was found, and of which days: the window's in the zone, including the last one."""
    last = window.until - timedelta(microseconds=1) if window and window.until else None
    if window and window.since and last:
        return _("I found no answer to this in my articles of {days}.").format(days=days(window.since, last, zone))
    if window and window.since:
        return _("I found no answer to this in my articles since {day}.").format(day=day(window.since, zone))
    if last:
        return _("I found no answer to this in my articles up to {day}.").format(day=day(last, zone))
    return _("I found no answer to this in my articles.")
