"""Whether the corpus holds an answer: one calibrated number from what the search brought. Pure.

Method, data and figures: docs/retrieval.md. The weights are written by `bench/fit_answering.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bot.answering.retrieval.answer_type_match import can_tell, fits
from bot.answering.retrieval.coverage import coverage
from bot.answering.retrieval.rank_sentences import RankedSentence
from bot.answering.retrieval.retrieve import Retrieved
from bot.answering.understanding.kinds import AnswerType

THRESHOLD = 0.2
"""Below this the bot says that it has no answer: where one in twenty answerable questions is refused, on sets left out
of the fit. Its price there (docs/retrieval.md): one in five untold deeds is answered, and most near misses."""

HOPELESS = 0.05
"""Below this a language model is not asked either: 1 of 100 answerable questions lie there, on sets left out."""

SURE = 0.85
"""Below this a language model that sees no answer is believed; most answerable questions lie above it."""

ALIKE = 0.45
"""Sentences less like the question than this are strange to it (the 95th percentile of off-topic questions is .40)."""

BESIDE_NOBODY = 0.8
"""What counts for the names beside a sentence where the question has none."""

ANOTHER_KIND = 0.4
"""What a sentence counts for a question about an amount, a number, a date or a person that holds none."""

READ = (0.975, 0.978, -0.593)
"""Where a cross-encoder reads: the logit times the first, plus its best score times the second, plus the third; fitted
with --reader."""

UNKNOWN = 0.999
"""The weight of a word that no chunk holds is 1."""

BIAS = -6.905
WEIGHTS: Mapping[str, float] = {
    "strange": -20.793,
    "told": 3.907,
    "meant": 4.435,
    "detail": 12.557,
    "timed": 1.594,
    "several": 0.982,
    "beside": 2.007,
    "unknown": -8.043,
}


@dataclass(frozen=True, slots=True)
class Features:
    """The evidence that an answer exists. All but `detail` and `unknown` lie between 0 and 1.

    Attributes:
        strange: how far the best cosine is below `ALIKE`, as far as no name vouches for the passages.
        told: for one sentence: the share of the names in or next to it, times the share of the other words in it; less
            if it contains nothing of the kind asked for.
        meant: the same with how near its meaning is to what is asked, names left out, in the place of words.
        detail: how much the question says, in words that no chunk holds, by ten.
        timed: it asks for a time or for the newest, so its words ask for more than any sentence says.
        several: it asks for more than one article says.
        beside: it asks for something in words that are no names.
        unknown: how many of its words no chunk holds, by ten.
    """

    strange: float
    told: float
    meant: float
    detail: float
    timed: float
    several: float
    beside: float
    unknown: float


def confidence(retrieved: Retrieved, ranked: Sequence[RankedSentence]) -> float:
    """The probability that the sentences answer, by logistic regression on `features`."""
    if all(sentence.doubtful for sentence in ranked):
        return 0.0
    values = asdict(features(retrieved, ranked))
    logit = BIAS + sum(WEIGHTS[name] * value for name, value in values.items())
    if read := best_read(ranked):
        logit = READ[0] * logit + READ[1] * read + READ[2]
    return 1.0 / (1.0 + math.exp(-logit))


def best_read(ranked: Sequence[RankedSentence]) -> float:
    """How well the best sentence answers as a cross-encoder reads it; 0 without one."""
    return max((sentence.features.read for sentence in ranked if not sentence.doubtful), default=0.0)


def features(retrieved: Retrieved, ranked: Sequence[RankedSentence]) -> Features:
    """The features of a question with its evidence; a sentence that supposes or asks is none.

    Args:
        ranked: the sentences of the passages, at least one.
    """
    understood = retrieved.understood
    firm = [sentence for sentence in ranked if not sentence.doubtful]
    named, other = _parted(retrieved)
    names = _names(named, ranked, retrieved)
    meaning = max(max(sentence.cosine, 0.0) for sentence in ranked)
    told, meant = _deed(named, other, firm, retrieved)
    return Features(
        strange=max(ALIKE - meaning, 0.0) * (1.0 - names),
        told=told,
        meant=meant,
        detail=retrieved.length / 10.0,
        timed=float(understood.wants_newest or understood.window is not None),
        several=float(understood.wants_several),
        beside=float(bool(other)),
        unknown=sum(weight >= UNKNOWN for weight in retrieved.weights.values()) / 10.0,
    )


def _parted(retrieved: Retrieved) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of the question's names, and of its other words."""
    weights = retrieved.weights.items()
    named = {term: weight for term, weight in weights if term in retrieved.names}
    return named, {term: weight for term, weight in weights if term not in retrieved.names}


def _names(named: Mapping[str, float], ranked: Sequence[RankedSentence], retrieved: Retrieved) -> float:
    """The share of the names that one passage says, title and heading too; 0 where the question has none."""
    if not named:
        return 0.0
    said: dict[str, frozenset[str]] = {}
    for sentence in ranked:
        chunk = sentence.evidence.passage.chunk_id
        said[chunk] = said.get(chunk, frozenset()) | sentence.terms
    return max(coverage(named, words, forms=retrieved.forms) for words in said.values())


def _deed(
    named: Mapping[str, float], other: Mapping[str, float], firm: Sequence[RankedSentence], retrieved: Retrieved
) -> tuple[float, float]:
    """How well one sentence near the names covers the rest of the question: by its words, and by its meaning."""
    told = meant = 0.0
    for sentence in firm:
        piece = sentence.evidence
        passage, n = piece.passage, piece.first
        around = frozenset().union(*passage.sentence_terms[max(0, n - 1) : n + 2])
        beside = coverage(named, sentence.terms | around, forms=retrieved.forms) if named else BESIDE_NOBODY
        holds = beside * _kind(sentence, retrieved.understood.answer_type)
        words = coverage(other, passage.sentence_terms[n], passage.context_terms, retrieved.forms) if other else 1.0
        cosine = sentence.cosine if retrieved.deed is None else float(sentence.vector @ retrieved.deed)
        told, meant = max(told, holds * words), max(meant, holds * cosine)
    return told, meant


def _kind(sentence: RankedSentence, wanted: AnswerType) -> float:
    """What a sentence counts that holds nothing of the kind asked for: an amount, a number, a date, a person."""
    return ANOTHER_KIND if can_tell(wanted) and not fits(sentence.evidence.text, wanted) else 1.0
