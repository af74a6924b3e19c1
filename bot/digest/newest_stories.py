"""The newest stories as an answer to "what's new?": the best of a digest, one quote each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering.models import Question, Quote, Window
from bot.digest.digester import Digester
from bot.digest.models import Order, Story

STORIES = 3
AWAY = timedelta(days=1)
"""Who asked more recently than this is shown the same stories again, rather than none."""
DAYS = (7, 30, 365)
"""Periods in days, tried in this order until one has a story."""


@dataclass(frozen=True, slots=True)
class Headlines:
    """Gives the newest stories.

    Attributes:
        digester: without a language model, since only quotes are taken.
        last_asked: when a person asked last in a scope, if that is known.
    """

    digester: Digester
    last_asked: Callable[[str, str], datetime | None] | None = None

    def __call__(self, question: Question, window: Window | None) -> Sequence[Quote]:
        """Up to `STORIES` quotes, one per story, numbered from 1.

        They are of the window; without one, of the time since the asker asked last, or of the shortest period with any.
        """
        last = self.last_asked(question.scopes[0], question.asker_id) if self.last_asked and question.asker_id else None
        for order in _orders(question, window, last):
            if stories := self.digester.digest(order).stories:
                return tuple(replace(story.quotes[0], n=n) for n, story in enumerate(_newest(stories), 1))
        return ()


def _orders(question: Question, window: Window | None, last: datetime | None) -> list[Order]:
    clock = question.asked_at
    if window is not None:
        until = min(window.until or clock, clock)
        return [Order(window.since or until - timedelta(days=DAYS[0]), until, question.scopes)]
    periods = [Order.of_days(days, clock, question.scopes) for days in DAYS]
    if last is not None and AWAY <= clock - last <= timedelta(days=DAYS[1]):
        return [Order(last, clock, question.scopes), *periods]
    return periods


def _newest(stories: Sequence[Story]) -> list[Story]:
    """The most important ones that have a quote."""
    return [story for story in stories if story.quotes][:STORIES]
