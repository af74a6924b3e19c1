"""Sentences that are no evidence for what is asked: those that suppose or ask, and those of another time. Pure.

"What did Fjord release this week?" is not answered by "Fjord released Skua in May 2019", however new its article is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.answering.models import Window
from bot.answering.understanding.time_expressions.periods import Period
from bot.answering.understanding.windows import dates_in
from bot.lexicon.calendar_words import alternatives, months

BEFORE = timedelta(days=7)
"""News of a week also reports what happened shortly before it."""
AFTER = timedelta(days=1)
"""A daily recap reports the day before."""
_DATED = re.compile(rf"\b(?:19|20)\d\d\b|\b(?:{alternatives(months('en'))})", re.IGNORECASE)
_SUPPOSES = re.compile(
    r"\b(?:i|we)(?:['’]d| would(?:n['’]t| not)?| bet| guess| imagine| suspect| hope| wish| doubt)\b"
    r"|\bif\b[^.;]{0,120}\bwould\b|\bwould\b[^.;]{0,120}\bif\b|\b(?:imagine|suppose|what if)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?[\"”’)\]]*\s*$")


def supposes(sentence: str) -> bool:
    """Whether a sentence imagines what could be, or asks."""
    return _ASKS.search(sentence) is not None or _SUPPOSES.search(sentence) is not None


def is_of_another_time(sentence: str, told_at: datetime, window: Window) -> bool:
    """Whether the sentence is no evidence for what happened in the window.

    It is none where it names dates with a year and all of them ended well before the window, and none where its article
    is not of the window and it names no date of it.

    Args:
        told_at: the date of its article.
    """
    dates = dates_in(sentence, told_at) if _DATED.search(sentence) else []
    if any(_overlap(period, window) for period in dates):
        return False
    if not _is_within(told_at, window):
        return True
    full = [period for period in dates if not period.floating]
    since = window.since
    return since is not None and bool(full) and all(p.until.astimezone(UTC) <= since - BEFORE for p in full)


def _is_within(moment: datetime, window: Window) -> bool:
    return (window.since is None or moment >= window.since) and (window.until is None or moment < window.until + AFTER)


def _overlap(period: Period, window: Window) -> bool:
    since, until = period.since.astimezone(UTC), period.until.astimezone(UTC)
    return (window.until is None or since < window.until) and (window.since is None or until > window.since)
