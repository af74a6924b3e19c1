"""Average-link clusters of what is alike, by chains of nearest neighbours. Pure, deterministic.

Who is nearest to whom is followed until two are nearest to each other; these are joined, and the joined one is as like
any other as its members are on average. The result is that of joining the most alike again and again (Müllner, "Modern
hierarchical, agglomerative clustering algorithms", 2011, 3.2). It is not `scipy.cluster.hierarchy.linkage`, which keeps
Python's lock to its end: 240 ms for the 4,000 items of a full week, in which the event loop stands still
(bench/pauses.py).
"""

from __future__ import annotations

import numpy as np

from bot.digest.clustering.facets import Groups
from bot.digest.clustering.features import Matrix


def clusters(alike: Matrix, threshold: float) -> Groups:
    """Groups of indices whose members are alike at least by `threshold` on average, in the order of their first ones.

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
