"""The newest stories as an answer to "what's new?": the best of a digest, one quote each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.answering.models import Question, Quote, Window
from bot.digest.digester import Digester
from bot.digest.models import Order, Story

STORIES = 3
DAYS = (7, 30, 365)
"""Periods in days, tried in this order until one has a story."""


@dataclass(frozen=True, slots=True)
class Headlines:
    """Gives the newest stories.

    Attributes:
        digester: without a language model, since only quotes are taken.
    """

    digester: Digester

    def __call__(self, question: Question, window: Window | None) -> Sequence[Quote]:
        """Up to `STORIES` quotes, one per story, numbered from 1: of the window or the shortest period with any."""
        for order in _orders(question, window):
            if stories := self.digester.digest(order).stories:
                return tuple(replace(story.quotes[0], n=n) for n, story in enumerate(_newest(stories), 1))
        return ()


def _orders(question: Question, window: Window | None) -> list[Order]:
    clock = question.asked_at
    if window is None:
        return [Order.of_days(days, clock, question.scopes) for days in DAYS]
    until = min(window.until or clock, clock)
    return [Order(window.since or until - timedelta(days=DAYS[0]), until, question.scopes)]


def _newest(stories: Sequence[Story]) -> list[Story]:
    """The most important ones that have a quote."""
    return [story for story in stories if story.quotes][:STORIES]
