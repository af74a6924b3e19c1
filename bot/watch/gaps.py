"""Which questions ask for the same: by meaning and by words, as a watch tells what is about its topic. Pure.

A logistic model of meaning and common words that was fitted on what people write about events (as bench/fit_watch.py
fits topics) and not on questions: where the two questions are short, their words count more than they should, so that
it rather keeps apart than throws together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from bot.digest.clustering.features import Weights, distinct_terms

_MEANING, _WORDS, _BIAS, _THRESHOLD = 11.705, 7.673, -4.914, 4.866
"""The weights of the cosine and of the share of words, and the log odds from which two ask for the same."""


def grouped(questions: Sequence[str], vectors: npt.NDArray[np.float32], weights: Weights) -> list[list[int]]:
    """The numbers of the questions that ask for the same, in the order of the first of each group.

    Args:
        vectors: (n, d) unit rows.
    """
    said = [distinct_terms(question) for question in questions]
    rarity = weights(sorted(set().union(*said)))
    group: list[int] = []
    for n, words in enumerate(said):
        odds = [_odds(float(vectors[n] @ vectors[m]), _shared(words, said[m], rarity)) for m in range(n)]
        nearest = int(np.argmax(odds)) if odds else 0
        group.append(group[nearest] if odds and odds[nearest] > _THRESHOLD else n)
    return [[n for n, first in enumerate(group) if first == one] for one in dict.fromkeys(group)]


def _odds(cosine: float, shared: float) -> float:
    return _MEANING * cosine + _WORDS * shared + _BIAS


def _shared(one: Set[str], other: Set[str], rarity: Mapping[str, float]) -> float:
    """The smaller of the shares that the common words have of each, by their rarity."""
    common = sum(rarity[term] for term in one & other)
    longest = max(sum(rarity[term] for term in words) for words in (one, other))
    return common / longest if longest else 0.0
