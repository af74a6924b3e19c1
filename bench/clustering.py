"""How well clusters agree with labels: B-cubed (Bagga and Baldwin, 1998) and pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

Labels = Sequence[int]


class Score(NamedTuple):
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def b_cubed(gold: Labels, found: Labels) -> Score:
    """Mean over the items of the share of its cluster, and of its story, that it has rightly together."""
    both, by_gold, by_found = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = np.mean([both[g, f] / by_found[f] for g, f in zip(gold, found, strict=True)])
    recall = np.mean([both[g, f] / by_gold[g] for g, f in zip(gold, found, strict=True)])
    return Score(float(precision), float(recall))


def pairwise(gold: Labels, found: Labels) -> Score:
    """Over all pairs of items that are together."""
    together = _pairs(Counter(zip(gold, found, strict=True)))
    return Score(together / max(_pairs(Counter(found)), 1), together / max(_pairs(Counter(gold)), 1))


def _pairs(sizes: Mapping[Any, int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())
