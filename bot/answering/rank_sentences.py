"""From passages down to the sentences that answer, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.answering.quotes import Evidence
from bot.answering.retrieve import Retrieved
from ingest.corpus.models import Passage
from ingest.corpus.words import terms

MEANING = 1.0
"""Weight of the cosine between question and sentence."""
WORDS = 0.6
"""Weight of the share of the question's rare words that the sentence says."""
PASSAGE = 0.5
"""Weight of the passage's own fused score."""
SAME_STORY = 0.9
"""Two sentences with a cosine above this say the same."""


@dataclass(frozen=True, slots=True, eq=False)
class RankedSentence:
    """A sentence with its score and its unit vector (d,)."""

    evidence: Evidence
    score: float
    vector: npt.NDArray[np.float32]


def rank_sentences(retrieved: Retrieved, limit: int) -> list[RankedSentence]:
    """The best sentences of the passages, each thing said once; at most `limit`, best first."""
    ranked = sorted(
        (sentence for passage in retrieved.passages for sentence in _of_passage(passage, retrieved)),
        key=lambda sentence: -sentence.score,
    )
    return _without_repetition(ranked, limit)


def coverage(text_terms: Sequence[str], weights: Mapping[str, float]) -> float:
    """Share of the question's terms, by idf, that a text says: 0.0 to 1.0."""
    total = sum(weights.values())
    said = set(text_terms)
    return sum(weight for term, weight in weights.items() if term in said) / total if total else 0.0


def _of_passage(passage: Passage, retrieved: Retrieved) -> list[RankedSentence]:
    vectors = passage.sentence_vectors
    if vectors is None:  # stored but not indexed yet: found and ranked by its words alone
        vectors = np.zeros((len(passage.sentences), len(retrieved.vector)), dtype=np.float32)
    context = terms(f"{passage.article.title} {passage.heading}")
    found = []
    for n, cosine in enumerate(vectors @ retrieved.vector):
        words = coverage([*terms(passage.sentence_text(n)), *context], retrieved.weights)
        score = MEANING * float(cosine) + WORDS * words + PASSAGE * passage.score
        found.append(RankedSentence(Evidence(passage, n, n), score, vectors[n]))
    return found


def _without_repetition(ranked: Sequence[RankedSentence], limit: int) -> list[RankedSentence]:
    kept: list[RankedSentence] = []
    for sentence in ranked:
        if len(kept) == limit:
            break
        if all(float(sentence.vector @ other.vector) < SAME_STORY for other in kept):
            kept.append(sentence)
    return kept
