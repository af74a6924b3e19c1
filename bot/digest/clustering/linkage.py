"""Groups of items whose pairs are, on average, likely to report one event. Pure, deterministic."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.digest.clustering.features import Matrix
from bot.digest.clustering.link_weights import BIAS, PRIOR, WEIGHTS
from bot.digest.clustering.pairs import FEATURES, Pairs

MOST = 6.0
"""Log odds are clipped here: no single pair decides about a whole group."""
Groups = list[list[int]]
_ROUNDS = 20
_FAR = 30.0
_HALF = 0.5
_USUAL, _USUAL_PAIRS = 0.03, 1_000
"""The share of compared pairs that is one event in most weeks; it counts as much as so many pairs."""


def log_odds(pairs: Pairs) -> Matrix:
    """(pairs,) log odds that two items report one event, clipped to `MOST`."""
    weights = np.array([WEIGHTS[name] for name in FEATURES], dtype=np.float32)
    return for_this_week(pairs.features @ weights + np.float32(BIAS), PRIOR)


def for_this_week(odds: npt.NDArray[np.floating], prior: float) -> Matrix:
    """Log odds that allow for how much of these pairs is one event at all, clipped to `MOST`.

    In a week in which hardly anything is told twice, two similar items are less likely one event. The share of pairs is
    estimated by expectation maximisation (Saerens, Latinne and Decaestecker, 2002); half of the correction is made.

    Args:
        prior: the share for which the odds hold.
    """
    share = prior
    for _ in range(_ROUNDS):
        moved = np.clip(odds + _logit(share) - _logit(prior), -_FAR, _FAR)
        total = float((1.0 / (1.0 + np.exp(-moved))).sum())
        share = (total + _USUAL * _USUAL_PAIRS) / (len(odds) + _USUAL_PAIRS)
    result: Matrix = np.clip(odds + _HALF * (_logit(share) - _logit(_USUAL)), -MOST, MOST).astype(np.float32)
    return result


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def matrix_of(n: int, pairs: Pairs, odds: npt.NDArray[np.floating]) -> Matrix:
    """(n, n) log odds; of pairs that were not compared `-MOST`."""
    found = np.full((n, n), -MOST, dtype=np.float32)
    found[pairs.one, pairs.other] = found[pairs.other, pairs.one] = odds
    return found


def clusters(n: int, pairs: Pairs, odds: npt.NDArray[np.floating], threshold: float) -> Groups:
    """Groups of n items whose log odds are at least `threshold` on average, in the order of their first ones.

    Average linkage by chains of nearest neighbours: who is nearest to whom is followed until two are nearest to each
    other; these are joined. The result is that of joining the most alike again and again (Müllner, "Modern
    hierarchical, agglomerative clustering algorithms", 2011, 3.2). It is not `scipy.cluster.hierarchy.linkage`, which
    takes all n x n and holds the GIL to its end: 240 ms for the 4,000 items of a full week, which blocks the event
    loop (bench/pauses.py). Most pairs of a week were not compared.

    Args:
        odds: (pairs,) at least `-MOST`, which is what pairs that are not among them have.
        threshold: above `-MOST`.
    """
    groups = _Groups.of(n, pairs, odds)
    found: Groups = []
    for first in range(n):
        chain = [first] if groups.members[first] else []
        while chain:
            last, before = chain[-1], chain[-2] if len(chain) > 1 else -1
            nearest, likeness = groups.nearest(last, before)
            if likeness < threshold:  # nor will it be nearer to what others are joined to
                found.append(sorted(groups.remove(last)))
                chain.pop()
            elif nearest == before:
                del chain[-2:]
                groups.join(nearest, last)
                chain = chain or [nearest]
            else:
                chain.append(nearest)
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups of items, and how alike each two of them are.

    Attributes:
        members: the items of each group, in the place of its first one; none where a group was joined to another.
        near: of each group the others that have anything in common with it, with the sum, over all pairs of members, of
            their log odds above `-MOST`.
    """

    members: Groups
    near: list[dict[int, float]]

    @classmethod
    def of(cls, n: int, pairs: Pairs, odds: npt.NDArray[np.floating]) -> _Groups:
        """Each item by itself."""
        near: list[dict[int, float]] = [{} for _ in range(n)]
        known = odds > -MOST
        above = (odds[known].astype(np.float64) + MOST).tolist()
        for one, other, likeness in zip(pairs.one[known].tolist(), pairs.other[known].tolist(), above, strict=True):
            near[one][other] = near[other][one] = likeness
        return cls([[item] for item in range(n)], near)

    def nearest(self, group: int, before: int) -> tuple[int, float]:
        """What is nearest to a group, and their mean log odds: of equals `before`, so that a chain comes to an end,
        else the first."""
        nearest, most = before, 0.0
        if before >= 0:
            most = self.near[group][before] / len(self.members[before])
        for other, likeness in self.near[group].items():
            mean = likeness / len(self.members[other])
            if mean > most or (mean == most and nearest != before and other < nearest):
                nearest, most = other, mean
        return nearest, most / len(self.members[group]) - MOST

    def join(self, one: int, other: int) -> None:
        """`one` takes the members of `other`."""
        near = self.near[one]
        del near[other], self.near[other][one]
        for third, likeness in self.near[other].items():
            near[third] = self.near[third][one] = near.get(third, 0.0) + likeness
            del self.near[third][other]
        self.near[other].clear()
        self.members[one] += self.members[other]
        self.members[other] = []

    def remove(self, group: int) -> list[int]:
        """Takes a group out and returns its members."""
        for other in self.near[group]:
            del self.near[other][group]
        self.near[group].clear()
        members, self.members[group] = self.members[group], []
        return members
