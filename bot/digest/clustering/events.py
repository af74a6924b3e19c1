"""Groups items into events: neither one event in two groups nor two events in one. Pure, deterministic.

    items | signs | average-link clusters | average-link clusters of clusters | facets join the owners of their names

Thresholds are measured with bench/stories.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.digest.clustering.clusters import clusters
from bot.digest.clustering.facets import with_facets_joined
from bot.digest.clustering.features import Matrix, Weights, features_of, unit
from bot.digest.clustering.likeness import likeness, likeness_of_groups
from bot.digest.segmenting.items import Item
from ingest.models import ArticleCard

ALIKE = 0.42
"""Mean likeness of items above which they tell of one event."""
GROUPS_ALIKE = 0.55
"""The same for groups of items."""


@dataclass(frozen=True, eq=False)
class Event:
    """Items that tell of one event, the most typical first."""

    items: tuple[Item, ...]

    @cached_property
    def articles(self) -> tuple[ArticleCard, ...]:
        """Every article that tells of it, by date, then id."""
        cards = {item.article.id: (item.effective_at, item.article) for item in self.items}
        return tuple(card for _, card in sorted(cards.values(), key=lambda dated: (dated[0], dated[1].id)))

    @cached_property
    def vector(self) -> Matrix:
        """(d,) unit vector: its centre."""
        return unit(np.mean([item.vector for item in self.items], axis=0))

    @cached_property
    def names(self) -> dict[str, float]:
        """Each proper name with the share of items that say it, most frequent first."""
        counts = Counter(name for item in self.items for name in item.names)
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return {name: count / len(self.items) for name, count in ordered}


def events(items: Sequence[Item], weights: Weights, alike: float = ALIKE) -> list[Event]:
    """The events that `items` tell of; each item is in exactly one.

    Args:
        items: those of an article next to each other, in the order of the text.
        weights: the idf of terms over the corpus (`Search.weights`).
        alike: mean likeness of items above which they are one event.
    """
    if not items:
        return []
    signs = features_of(items, weights)
    groups = clusters(likeness(signs), alike)
    merged = clusters(likeness_of_groups(signs, groups), GROUPS_ALIKE)
    groups = [sorted(n for group in together for n in groups[group]) for together in merged]
    groups = with_facets_joined(signs, groups, [item.article.id for item in items])
    return [_typical_first([items[n] for n in group]) for group in groups]


def _typical_first(members: Sequence[Item]) -> Event:
    centre = unit(np.mean([item.vector for item in members], axis=0))
    return Event(tuple(sorted(members, key=lambda item: (-round(float(item.vector @ centre), 4), item.id))))
