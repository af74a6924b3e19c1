"""One ranking out of three signals: what a chunk says as a whole, what its best sentence says, which words it holds. Pure.

Each signal is scaled to [0, 1] within the candidates and weighted (Bruch, Gai and Ingber, "An Analysis of Fusion
Functions for Hybrid Retrieval", 2023: a convex mixture beats reciprocal ranks). The best sentence is the signal of
"MaxP" passage ranking (Dai and Callan, "Deeper Text Understanding for IR", 2019) one level down: a chunk of six sentences
about six things is near no question, its sentence about one of them is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ingest.corpus.bm25 import bm25
from ingest.corpus.catalogue.chunks import Candidate

Vector = npt.NDArray[np.float32]

SAME_STORY = 0.95
"""Of two chunks with a cosine above this only the better one is shown."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """How much each signal counts; they add up to 1. Chosen on odd-numbered questions, see docs/retrieval.md."""

    chunk: float = 0.15
    sentence: float = 0.35
    words: float = 0.5


def no_prior(_: datetime) -> float:
    """Every date is as good."""
    return 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What is searched.

    Attributes:
        vector: (d,) unit vector of the question.
        weights: its terms, and those that mean the same, each with its weight in BM25 (`Search.weights`).
        prior: what the date of a chunk's article adds to the fused score.
    """

    vector: Vector
    weights: Mapping[str, float]
    prior: Callable[[datetime], float] = no_prior


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its scores. `cosine` is the chunk's own, None where it has no vector."""

    candidate: Candidate
    cosine: float | None
    bm25: float
    score: float


def rank(candidates: Sequence[Candidate], query: Query, mean_terms: float, fusion: Fusion) -> list[Scored]:
    """The candidates, best first; ties in the order of ids.

    Args:
        mean_terms: mean number of terms of a chunk.
    """
    if not candidates:
        return []
    chunk = np.array([_cosine(c.vector, query.vector) for c in candidates])
    sentence = np.array([_cosine(c.sentence_vectors, query.vector) for c in candidates])
    words = np.array([bm25(c.terms, query.weights, mean_terms) for c in candidates])
    fused = fusion.chunk * _scaled(chunk) + fusion.sentence * _scaled(sentence) + fusion.words * _scaled(words)
    scored = [
        Scored(
            c, None if np.isnan(cosine) else float(cosine), float(lexical), float(score) + query.prior(c.effective_at)
        )
        for c, cosine, lexical, score in zip(candidates, chunk, words, fused, strict=True)
    ]
    return sorted(scored, key=lambda hit: (-hit.score, hit.candidate.id))


def told_once(ranked: Sequence[Scored], limit: int) -> list[Scored]:
    """The first `limit` without those that repeat a better one (a story that several sources copied)."""
    kept: list[Scored] = []
    for hit in ranked:
        if len(kept) == limit:
            break
        if not any(_same(hit.candidate.vector, other.candidate.vector) for other in kept):
            kept.append(hit)
    return kept


def _same(one: Vector | None, other: Vector | None) -> bool:
    return one is not None and other is not None and float(one @ other) > SAME_STORY


def _cosine(vectors: Vector | None, question: Vector) -> float:
    """The largest cosine of one or several unit vectors with the question; NaN where there are none."""
    return float("nan") if vectors is None else float(np.max(vectors @ question))


def _scaled(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """To [0, 1] by minimum and maximum; what has no score counts as the minimum."""
    if np.isnan(scores).all():
        return np.zeros_like(scores)
    low, high = np.nanmin(scores), np.nanmax(scores)
    filled = np.nan_to_num(scores, nan=low)
    return np.zeros_like(scores) if high <= low else (filled - low) / (high - low)
