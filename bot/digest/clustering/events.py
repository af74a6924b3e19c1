"""Groups items into events: neither one event in two groups nor two events in one. Pure, deterministic.

    items | features | pairs that may be one event | log odds of each pair | average-link clusters

The weights of the features and the threshold are fitted over several labelled sets (bench/fit_stories.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.digest.clustering.features import Matrix, Weights, features_of, unit
from bot.digest.clustering.link_weights import THRESHOLD
from bot.digest.clustering.linkage import clusters, log_odds
from bot.digest.clustering.pairs import pairs_of
from bot.digest.segmenting.items import Item
from ingest.models import ArticleCard


@dataclass(frozen=True, eq=False)
class Event:
    """Items that report one event, the most typical first."""

    items: tuple[Item, ...]

    @cached_property
    def articles(self) -> tuple[ArticleCard, ...]:
        """Every article that reports it, by date, then id."""
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


def events(items: Sequence[Item], weights: Weights, threshold: float = THRESHOLD) -> list[Event]:
    """The events that `items` report; each item is in exactly one.

    Args:
        items: grouped by article, in the order of the text.
        weights: the idf of terms over the corpus (`Search.weights`).
        threshold: mean log odds of the pairs of a group above which it is one event.
    """
    if not items:
        return []
    pairs = pairs_of(features_of(items, weights))
    groups = clusters(len(items), pairs, log_odds(pairs), threshold)
    return [_typical_first([items[n] for n in group]) for group in groups]


def _typical_first(members: Sequence[Item]) -> Event:
    centre = unit(np.mean([item.vector for item in members], axis=0))
    return Event(tuple(sorted(members, key=lambda item: (-round(float(item.vector @ centre), 4), item.id))))
