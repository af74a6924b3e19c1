"""Whether the corpus holds an answer: one calibrated number from what the search brought."""

from __future__ import annotations

import math

from bot.answering.rank_sentences import coverage
from bot.answering.retrieve import Retrieved
from ingest.corpus.words import terms

THRESHOLD = 0.5
_WEIGHTS = {"cosine": 6.0, "coverage": 5.0}
_BIAS = -4.5


def confidence(retrieved: Retrieved) -> float:
    """Probability that the passages hold an answer, by logistic regression on `features`."""
    if not retrieved.passages:
        return 0.0
    values = features(retrieved)
    return 1.0 / (1.0 + math.exp(-(_BIAS + sum(_WEIGHTS[name] * value for name, value in values.items()))))


def features(retrieved: Retrieved) -> dict[str, float]:
    """What tells whether an answer is there."""
    passages = retrieved.passages
    said = [
        coverage(terms(f"{p.article.title} {p.article.source} {p.heading}\n{p.text}"), retrieved.weights)
        for p in passages[:4]
    ]
    return {"cosine": max((p.cosine or 0.0) for p in passages), "coverage": max(said)}
