"""Average-link clusters are those of the textbook, whatever is alike."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]
from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

from bot.digest.clustering.features import Matrix
from bot.digest.clustering.linkage import Groups, clusters


def by_scipy(alike: Matrix, threshold: float) -> Groups:
    distance = 1.0 - alike
    np.fill_diagonal(distance, 0.0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1.0 - threshold, "distance")
    found: dict[int, list[int]] = defaultdict(list)
    for n, label in enumerate(labels):
        found[int(label)].append(n)
    return sorted(found.values())


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("size", [2, 3, 10, 60, 200])
def test_they_are_those_of_scipy(size: int, threshold: float) -> None:
    drawn = np.random.default_rng(size)
    places = drawn.normal(size=(max(size // 6, 1), 12))[drawn.integers(max(size // 6, 1), size=size)]
    vectors = places + 0.6 * drawn.normal(size=(size, 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = (vectors @ vectors.T).astype(np.float32)
    assert clusters(alike, threshold) == by_scipy(alike, threshold)


@pytest.mark.parametrize(("likeness", "groups"), [(0.5, [[0, 1, 2, 3]]), (0.4, [[0], [1], [2], [3]])])
def test_what_is_equally_alike_is_joined_or_stays_alone_together(likeness: float, groups: Groups) -> None:
    assert clusters(np.full((4, 4), likeness, dtype=np.float32), 0.5) == groups


def test_where_the_halves_differ_their_mean_counts() -> None:
    assert clusters(np.array([[1.0, 0.9], [0.2, 1.0]], dtype=np.float32), 0.5) == [[0, 1]]
    assert clusters(np.array([[1.0, 0.9], [0.0, 1.0]], dtype=np.float32), 0.5) == [[0], [1]]


def test_one_alone_is_a_group() -> None:
    assert clusters(np.ones((1, 1), dtype=np.float32), 0.5) == [[0]]
