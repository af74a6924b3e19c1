"""Which events matter: covered widely, told high up, named, fresh, new. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from bot.digest.events import Event

PUBLISHERS, ARTICLES, LINES, TOP, FRESH, NAMED = 1.0, 0.8, 0.35, 0.5, 0.25, 0.3
"""Weights of: independent publishers, articles, lines about it, standing at the top, age, having a name."""


def importance(event: Event, since: datetime, until: datetime) -> float:
    """How much an event matters, before its novelty is known; higher is more."""
    publishers = {item.article.source.casefold() for item in event.items}
    newest = max(item.effective_at for item in event.items)
    fresh = (newest - since) / (until - since) if until > since else 1.0
    top = max(1.0 - item.place for item in event.items)
    return (
        PUBLISHERS * math.log2(1 + len(publishers))
        + ARTICLES * math.log2(1 + len(event.articles))
        + LINES * math.log2(1 + len(event.items))
        + TOP * top
        + FRESH * fresh
        + NAMED * bool(event.names)
    )


def ranked(events: Iterable[Event], since: datetime, until: datetime) -> list[tuple[float, Event]]:
    """The events with their importance, most important first; ties by the id of the most typical item."""
    scored = [(importance(event, since, until), event) for event in events]
    return sorted(scored, key=lambda pair: (-round(pair[0], 6), pair[1].items[0].id))
