"""Average-link clusters are those of the textbook, whatever is alike."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]
from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

from bot.digest.clustering.features import Matrix
from bot.digest.clustering.linkage import MOST, Groups, clusters
from bot.digest.clustering.pairs import Pairs


def by_scipy(alike: Matrix, threshold: float) -> Groups:
    distance = MOST - alike
    np.fill_diagonal(distance, 0.0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), MOST - threshold, "distance")
    found: dict[int, list[int]] = defaultdict(list)
    for n, label in enumerate(labels):
        found[int(label)].append(n)
    return sorted(found.values())


def compared(alike: Matrix) -> Pairs:
    """All pairs of so many items."""
    one, other = np.triu_indices(len(alike), 1)
    return Pairs(one, other, np.zeros((len(one), 0), dtype=np.float32))


def found(alike: Matrix, threshold: float) -> Groups:
    pairs = compared(alike)
    return clusters(len(alike), pairs, alike[pairs.one, pairs.other], threshold)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("size", [2, 3, 10, 60, 200])
def test_they_are_those_of_scipy(size: int, threshold: float) -> None:
    drawn = np.random.default_rng(size)
    places = drawn.normal(size=(max(size // 6, 1), 12))[drawn.integers(max(size // 6, 1), size=size)]
    vectors = places + 0.6 * drawn.normal(size=(size, 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = (vectors @ vectors.T).astype(np.float32)
    assert found(alike, threshold) == by_scipy(alike, threshold)


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 1.5])
@pytest.mark.parametrize("size", [5, 40, 120])
def test_pairs_that_were_not_compared_are_as_far_apart_as_can_be(size: int, threshold: float) -> None:
    drawn = np.random.default_rng(size)
    full = np.full((size, size), -MOST, dtype=np.float32)
    pairs = compared(full)
    kept = drawn.random(len(pairs.one)) < 0.3
    pairs = Pairs(pairs.one[kept], pairs.other[kept], pairs.features[kept])
    odds = np.clip(drawn.normal(-1.0, 2.5, size=len(pairs.one)), -MOST, MOST).astype(np.float32)
    full[pairs.one, pairs.other] = full[pairs.other, pairs.one] = odds
    assert clusters(size, pairs, odds, threshold) == by_scipy(full, threshold)


@pytest.mark.parametrize(("likeness", "groups"), [(0.5, [[0, 1, 2, 3]]), (0.4, [[0], [1], [2], [3]])])
def test_what_is_equally_alike_is_joined_or_stays_alone_together(likeness: float, groups: Groups) -> None:
    assert found(np.full((4, 4), likeness, dtype=np.float32), 0.5) == groups


def test_one_alone_is_a_group() -> None:
    assert found(np.ones((1, 1), dtype=np.float32), 0.5) == [[0]]
