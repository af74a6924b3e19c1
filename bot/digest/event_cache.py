"""The articles of a window and the events in them, cached: several readers ask for the same window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from bot.digest.clustering.events import Event, events
from bot.digest.coverage import is_advertisement
from bot.digest.segmenting.items import Cuts, Item, items_of
from ingest.catalogue.database import Database
from ingest.catalogue.whole_articles import WholeArticle, reading_of, whole_articles
from ingest.models import View
from ingest.search.search import Search

MOST_ARTICLES = 5_000
MOST_ITEMS = 4_000
"""Beyond this, the later items of the longest articles are left out: clustering is quadratic."""
_T = TypeVar("_T")
_KEPT = 4


class Recent(Generic[_T]):
    """The last few results, each by the key of what it was made from.

    Safe in threads; two that want the same thing at once may both make it.
    """

    def __init__(self) -> None:
        self._kept: LRUCache[Hashable, _T] = LRUCache(_KEPT)
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T], *, worth: Callable[[_T], bool] = lambda made: True) -> _T:
        """The result kept for this key, else a new one from `make`, which is kept if it is `worth` it."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        made = make()
        if worth(made):
            with self._lock:
                self._kept[key] = made
        return made


@dataclass(frozen=True, slots=True)
class FoundEvents:
    """The articles of a view, newest first, and the events that they report.

    Attributes:
        key: the same for the same articles in the same state.
        advertisements: the ids of those that were paid for, which report nothing.
    """

    key: str
    articles: Sequence[WholeArticle]
    advertisements: frozenset[str]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class EventCache:
    """The events of the last few views. Safe in threads."""

    _found: Recent[FoundEvents] = field(default_factory=Recent)
    _cuts: Cuts = field(default_factory=Cuts)

    def events(self, database: Database, search: Search, view: View) -> FoundEvents:
        """The articles and events of a view.

        The same articles in the same state give a cached result: two people who ask within a minute rarely see
        different ones.
        """
        key = reading_of(database, view, search.model)
        return self._found.get(key, lambda: _read(key, database, search, view, self._cuts))


def _read(key: str, database: Database, search: Search, view: View, cuts: Cuts) -> FoundEvents:
    articles = whole_articles(database, view, search.model, MOST_ARTICLES)
    paid = frozenset(article.card.id for article in articles if is_advertisement(article))
    items = _most_important(items_of([a for a in articles if a.card.id not in paid], MOST_ITEMS, cuts))
    return FoundEvents(key, articles, paid, events(items, search.weights))


def _most_important(items: list[Item]) -> list[Item]:
    """At most `MOST_ITEMS`, preferring those at the top of their articles; the order is kept."""
    if len(items) <= MOST_ITEMS:
        return items
    rank = np.array([int(item.id.rsplit(":", 1)[1]) for item in items])
    kept: npt.NDArray[np.int64] = np.sort(np.argsort(rank, kind="stable")[:MOST_ITEMS])
    return [items[n] for n in kept]
