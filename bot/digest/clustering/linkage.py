"""Groups of items whose pairs are, on average, likely to report one event. Pure, deterministic."""

from __future__ import annotations

import math

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


def clusters(alike: Matrix, threshold: float) -> Groups:
    """Groups of indices whose members are alike at least by `threshold` on average, in the order of their first ones.

    Average linkage by chains of nearest neighbours: who is nearest to whom is followed until two are nearest to each
    other; these are joined. The result is that of joining the most alike again and again (Müllner, "Modern
    hierarchical, agglomerative clustering algorithms", 2011, 3.2). It is not `scipy.cluster.hierarchy.linkage`, which
    holds the GIL to its end: 240 ms for the 4,000 items of a full week, which blocks the event loop
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
