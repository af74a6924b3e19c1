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

from bot.digest.clustering.facets import Groups, with_facets_joined
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


def clusters(alike: Matrix, threshold: float) -> Groups:
    """Groups of indices whose members are alike at least by `threshold` on average, in the order of their first ones.

    Average linkage by chains of nearest neighbours: who is nearest to whom is followed until two are nearest to each
    other; these are joined. The result is that of joining the most alike again and again (Müllner, "Modern
    hierarchical, agglomerative clustering algorithms", 2011, 3.2). It is not `scipy.cluster.hierarchy.linkage`, which
    keeps Python's lock to its end: 240 ms for the 4,000 items of a full week, in which the event loop stands still
    (bench/pauses.py).

    Args:
        alike: (n, n) likeness of each to each; where its halves differ, their mean counts.
    """
    near: Matrix = (alike + alike.T) / 2.0
    np.fill_diagonal(near, -np.inf)
    members: Groups = [[n] for n in range(len(near))]
    found: Groups = []
    for first in range(len(near)):
        chain = [first] if members[first] else []
        while chain:
            last = chain[-1]
            nearest = _nearest(near, chain)
            if near[last, nearest] < threshold:  # nor will it be nearer to what others are joined to
                found.append(sorted(members[last]))
                members[last] = []
                near[:, last] = -np.inf
                chain.pop()
            elif nearest in chain[-2:-1]:
                del chain[-2:]
                _join(near, members, nearest, last)
                chain = chain or [nearest]
            else:
                chain.append(nearest)
    return sorted(found)


def _nearest(near: Matrix, chain: list[int]) -> int:
    """What is nearest to the chain's end: of equals its predecessor, so that a chain comes to an end."""
    row = near[chain[-1]]
    nearest = int(row.argmax())
    return chain[-2] if len(chain) > 1 and row[chain[-2]] >= row[nearest] else nearest


def _join(near: Matrix, members: Groups, one: int, other: int) -> None:
    """`one` takes the members of `other`, and is as near to the rest as all of them are on average."""
    sizes = len(members[one]), len(members[other])
    near[one] = near[:, one] = (sizes[0] * near[one] + sizes[1] * near[other]) / sum(sizes)
    near[one, one] = -np.inf
    near[:, other] = -np.inf
    members[one] += members[other]
    members[other] = []
