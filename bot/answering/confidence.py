"""Whether the corpus holds an answer: one calibrated number from what the search brought. Pure.

Method, data and figures: docs/retrieval.md. The weights are written by `bench/fit_confidence.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bot.answering.coverage import coverage
from bot.answering.rank_sentences import RankedSentence
from bot.answering.retrieve import Retrieved

THRESHOLD = 0.4
"""Below this the bot says that it has no answer. To refuse a question that the corpus answers counts as half as bad
again as to show sentences that do not answer: 1 / (1 + 1.5)."""

SURE = 0.85
"""Below this a language model that sees no answer is believed; most answerable questions lie above it."""

NAMED = 0.6
"""A passage that says this share of the question's names is about what the question is about."""

ALIKE = 0.45
"""Sentences less like the question than this are strange to it (the 95th percentile of off-topic questions is .40)."""

NAMELESS = 0.7
"""What counts for the names of a question that has none: less can go wrong, and less shows what it is about."""

BIAS = -6.573
WEIGHTS: Mapping[str, float] = {
    "agreement": 4.873,
    "meaning": 1.511,
    "strange": -6.21,
    "names": 2.871,
    "rest": 1.687,
    "detail": 5.265,
    "timed": 1.266,
    "several": 0.978,
}


@dataclass(frozen=True, slots=True)
class Features:
    """What tells whether an answer is there. All but `detail` lie between 0 and 1.

    Attributes:
        agreement: of the best sentence: the share of the question's words it says times its cosine.
        meaning: the best cosine of a sentence.
        strange: how far that is below `ALIKE`, as far as no name vouches for the passages.
        names: the share of the question's names that one passage says; `NAMELESS` where it has none.
        rest: the share of its other words in a passage that says the names; 1 where it has none.
        detail: how much the question says, in words that no chunk holds, by ten.
        timed: it asks for a time or for the newest, so its words ask for more than any sentence says.
        several: it asks for more than one article says.
    """

    agreement: float
    meaning: float
    strange: float
    names: float
    rest: float
    detail: float
    timed: float
    several: float


def confidence(retrieved: Retrieved, ranked: Sequence[RankedSentence]) -> float:
    """The probability that the sentences answer, by logistic regression on `features`."""
    if not ranked:
        return 0.0
    values = asdict(features(retrieved, ranked))
    return 1.0 / (1.0 + math.exp(-(BIAS + sum(WEIGHTS[name] * value for name, value in values.items()))))


def features(retrieved: Retrieved, ranked: Sequence[RankedSentence]) -> Features:
    """The features of a question with its evidence.

    Args:
        ranked: the sentences of the passages, at least one.
    """
    understood = retrieved.understood
    names, rest = _names_and_rest(retrieved, ranked)
    meaning = max(max(sentence.cosine, 0.0) for sentence in ranked)
    return Features(
        agreement=max(sentence.coverage * max(sentence.cosine, 0.0) for sentence in ranked),
        meaning=meaning,
        strange=max(ALIKE - meaning, 0.0) * (1.0 - (names if retrieved.names else 0.0)),
        names=names,
        rest=rest,
        detail=retrieved.length / 10.0,
        timed=float(understood.wants_newest or understood.window is not None),
        several=float(understood.wants_several),
    )


def _names_and_rest(retrieved: Retrieved, ranked: Sequence[RankedSentence]) -> tuple[float, float]:
    """How much of the names one passage says, and how much of the other words a passage says that says the names."""
    named = {term: weight for term, weight in retrieved.weights.items() if term in retrieved.names}
    other = {term: weight for term, weight in retrieved.weights.items() if term not in retrieved.names}
    said: dict[str, frozenset[str]] = {}
    for sentence in ranked:
        chunk = sentence.evidence.passage.chunk_id
        said[chunk] = said.get(chunk, frozenset()) | sentence.terms
    names = {chunk: coverage(named, words) if named else NAMELESS for chunk, words in said.items()}
    beside = [coverage(other, said[chunk]) if other else 1.0 for chunk, share in names.items() if share >= NAMED]
    return max(names.values(), default=0.0), max(beside, default=0.0)
