"""Which events matter: told by many, at length, high up, as news, and lately; and which belong to a
topic that a reader named. Pure.

An article's weight for an event depends on how well its best line agrees with the most typical one, so that remarks
which only sound alike do not add up to a widely reported story; what a publisher repeats from its last issue counts
little.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from bot.answering.retrieval.coverage import coverage
from bot.digest.clustering.events import Event
from bot.digest.segmenting.boilerplate import skeleton
from bot.digest.segmenting.items import Item
from ingest.search.search import Search
from ingest.text.words import content_terms, terms

PUBLISHERS, ARTICLES, LINES, TOP, FRESH, NEWS = 1.0, 1.0, 0.5, 0.5, 0.25, 1.4
"""Weights of: independent publishers, articles, lines about it, standing at the top, age, and reading as news."""
_TYPICAL = 5
_AT_LENGTH, _INSIDE = 8, 0.5
_SAME_SUBJECT = 0.5
"""Cosine of the centres above which two stories of one section are one subject: three deviations above any two."""
_AGAIN = 0.25
_REPEATED = 5.0
"""What a story loses that has all in common with one told before; from 5 to 12 the labelled weeks do not differ."""
_MAIN_NAMES = 6
_AGREES, _FULLY = 0.45, 0.80
"""Cosines between which an article's weight for an event goes from nothing to one."""
_MEANT = 0.45
"""Cosine of an event's centre to the topic above which it is about it."""
_SAID = 0.99
"""Share of the topic's words that an item must have."""
_SHARE = 0.34
"""Share of an event's items that must have the topic's words."""


def importance(event: Event, since: datetime, until: datetime) -> float:
    """How much an event matters, before its novelty is known; higher is more."""
    weights = _agreeing_articles(event)
    publishers: dict[str, float] = {}
    for item in event.items:
        name = item.article.source.casefold()
        publishers[name] = max(publishers.get(name, 0.0), weights[item.article.id])
    newest = max(item.effective_at for item in event.items)
    news = [float(item.news[: item.lead].max()) for item in event.items[:_TYPICAL]]
    return (
        PUBLISHERS * math.log2(1 + sum(publishers.values()))
        + ARTICLES * math.log2(1 + sum(weights.values()))
        + LINES * math.log2(1 + len(event.items))
        + TOP * max(1.0 - item.place for item in event.items)
        + FRESH * ((newest - since) / (until - since) if until > since else 1.0)
        + NEWS * sum(news) / len(news)
    )


def ranked(events: Iterable[Event], since: datetime, until: datetime) -> list[tuple[float, Event]]:
    """The events with their importance, most important first; ties by the id of the most typical item."""
    scored = [(importance(event, since, until), event) for event in events]
    return sorted(scored, key=lambda pair: (-round(pair[0], 6), pair[1].items[0].id))


def without_facets(events: Iterable[tuple[float, Event]]) -> Iterator[tuple[float, Event]]:
    """The events, best first, without the lines inside a better one's long report.

    An event that would lose half its lines is left out, and one that stands in a better one's section and means nearly
    the same: a view of it, or a detail.
    """
    reports_at_length: list[tuple[str, int, int]] = []
    better: dict[tuple[str, str] | None, list[Event]] = defaultdict(list)
    for score, event in events:
        sections = {_section(item) for item in event.items}
        if len(sections) == 1 and _is_a_view_of(event, better[next(iter(sections))]):
            continue
        for section in sections - {None}:
            better[section].append(event)
        outside = tuple(i for i in event.items if not any(_stands_in(i, report) for report in reports_at_length))
        if len(outside) > (1 - _INSIDE) * len(event.items):
            yield score, event if len(outside) == len(event.items) else Event(outside)
            reports_at_length += _long_reports(event)


def varied(scored: Sequence[tuple[float, Event]], most: int) -> list[int]:
    """The numbers of at most so many events in the order in which they are told, so that each adds something.

    A story loses what it has in common with one that is told before it (maximal marginal relevance, Carbonell and
    Goldstein, 1998): the fourth report on one model comes after the first on another. Figures: bench/digest_weeks.py.

    Args:
        scored: with their scores, the best first.
    """
    left, told = list(range(len(scored))), list[int]()
    repeated = [0.0] * len(scored)
    while left and len(told) < most:
        chosen = max(left, key=lambda n: (round(scored[n][0] - _REPEATED * repeated[n], 6), -n))
        left.remove(chosen)
        told.append(chosen)
        for n in left:
            repeated[n] = max(repeated[n], _in_common(scored[n][1], scored[chosen][1]))
    return told


def _in_common(one: Event, other: Event) -> float:
    """The cosine of two events times the share of the main names that both have."""
    names, others = (set(list(event.names)[:_MAIN_NAMES]) for event in (one, other))
    shared = len(names & others) / max(min(len(names), len(others)), 1)
    return float(one.vector @ other.vector) * shared


def _is_a_view_of(event: Event, better: Iterable[Event]) -> bool:
    """Whether it means nearly the same as a better event with lines in its only section."""
    return any(float(event.vector @ other.vector) >= _SAME_SUBJECT for other in better)


def _section(item: Item) -> tuple[str, str] | None:
    return None if item.whole or not item.heading else (item.article.id, item.heading)


def _stands_in(item: Item, report: tuple[str, int, int]) -> bool:
    article, start, end = report
    return item.article.id == article and start <= item.sentences[0].start <= end


def _long_reports(event: Event) -> Iterator[tuple[str, int, int]]:
    """Where articles report on the event at length, without the outliers of both ends."""
    starts: dict[str, list[int]] = defaultdict(list)
    for item in event.items:
        starts[item.article.id].append(item.sentences[0].start)
    for article, found in starts.items():
        if len(found) >= _AT_LENGTH:
            found.sort()
            margin = len(found) // 10
            yield article, found[margin], found[-1 - margin]


def _agreeing_articles(event: Event) -> dict[str, float]:
    """Each article's weight, 0.0 to 1.0."""
    typical = event.items[0]
    told: set[tuple[str, str]] = set()
    best: dict[str, float] = {}
    for item in sorted(event.items, key=lambda item: (item.effective_at, item.id)):
        opening = (item.article.source, skeleton(item.sentence(0)))
        agrees = float(item.vector @ typical.vector) if item.article.id != typical.article.id else 1.0
        weight = min(max((agrees - _AGREES) / (_FULLY - _AGREES), 0.0), 1.0)
        again = opening in told
        told.add(opening)
        best[item.article.id] = max(best.get(item.article.id, 0.0), _AGAIN * weight if again else weight)
    return best


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """What a reader wants to read about: its words with their idf and its (d,) unit vector."""

    weights: Mapping[str, float]
    vector: npt.NDArray[np.float32]

    @classmethod
    def of(cls, search: Search, text: str) -> Topic:
        """A topic in a reader's words."""
        return cls(search.weights(content_terms(text)), search.encode(text))

    def holds(self, event: Event) -> bool:
        """Whether the event is about it: by meaning, or because its items have the topic's words."""
        if float(event.vector @ self.vector) >= _MEANT:
            return True
        said = [coverage(self.weights, set(terms(item.lead_text))) >= _SAID for item in event.items]
        return sum(said) >= _SHARE * len(said)
