"""One ranking from three signals: similarity of the whole chunk, similarity of its best sentence, and its words.

Each signal is scaled to [0, 1] within the candidates and weighted (Bruch, Gai and Ingber, "An Analysis of Fusion
Functions for Hybrid Retrieval", 2023: a convex mixture beats reciprocal ranks). The best sentence is the signal of
"MaxP" passage ranking (Dai and Callan, "Deeper Text Understanding for IR", 2019) one level down: a chunk of six
sentences on six topics is close to no question, but one of its sentences may be. Pure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ingest.catalogue.chunks import Candidate, HalfMatrix

K1 = 1.2
B = 0.75


def idf(chunks_with_term: int, chunks: int) -> float:
    """Rarity of a term, 0.0 or more."""
    return math.log(1.0 + (chunks - chunks_with_term + 0.5) / (chunks_with_term + 0.5))


def bm25(terms: Sequence[str], weights: Mapping[str, float], mean_terms: float) -> float:
    """Score of one chunk.

    Args:
        terms: the chunk's terms, with repetitions.
        weights: the question's terms with their idf (times their frequency in the question).
        mean_terms: mean number of terms of a chunk.
    """
    norm = K1 * (1.0 - B + B * len(terms) / max(mean_terms, 1.0))
    counts = Counter(filter(weights.__contains__, terms))
    return sum(weights[term] * count * (K1 + 1.0) / (count + norm) for term, count in counts.items())


Vector = npt.NDArray[np.float32]

SAME_STORY = 0.95
"""Of two chunks with a cosine above this and the same figures, only the better one is returned."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """The weight of each signal; they add up to 1. See docs/retrieval.md: they lie on a plateau."""

    chunk: float = 0.15
    sentence: float = 0.35
    words: float = 0.5


def no_prior(_: datetime) -> float:
    """Prefers no date."""
    return 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What is searched.

    Attributes:
        text: the question.
        vector: (d,) its unit vector.
        weights: its terms, and those that mean the same, each with its weight in BM25.
        matched: the terms among them used for full-text search.
        mean_terms: mean number of terms of a chunk of the corpus.
        prior: added to the fused score for the date of a chunk's article.
    """

    text: str
    vector: Vector
    weights: Mapping[str, float]
    matched: Sequence[str]
    mean_terms: float
    prior: Callable[[datetime], float] = no_prior


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its scores. `cosine` is the chunk's own; None if it has no vector."""

    candidate: Candidate
    cosine: float | None
    bm25: float
    score: float


def rank(candidates: Sequence[Candidate], query: Query, fusion: Fusion) -> list[Scored]:
    """The candidates, best first; ties are ordered by id."""
    if not candidates:
        return []
    chunk = _cosines([c.vector for c in candidates], query.vector)
    sentence = _cosines([c.sentence_vectors for c in candidates], query.vector)
    words = np.array([bm25(c.terms, query.weights, query.mean_terms) for c in candidates])
    fused = fusion.chunk * _scaled(chunk) + fusion.sentence * _scaled(sentence) + fusion.words * _scaled(words)
    scored = [
        Scored(
            c, None if np.isnan(cosine) else float(cosine), float(lexical), float(score) + query.prior(c.effective_at)
        )
        for c, cosine, lexical, score in zip(candidates, chunk, words, fused, strict=True)
    ]
    return sorted(scored, key=lambda hit: (-hit.score, hit.candidate.id))


def without_repeats(ranked: Sequence[Scored], limit: int) -> list[Scored]:
    """The first `limit` without repetitions of a better one, such as a story that several sources copied."""
    kept: list[Scored] = []
    for hit in ranked:
        if len(kept) == limit:
            break
        if not any(_same(hit.candidate, other.candidate) for other in kept):
            kept.append(hit)
    return kept


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether both have nearly the same text and the same figures; "Polaris 2 is out" and "Polaris 3 is out" differ.

    Chunks of twins always count as the same: a reader sees only one of two twins.
    """
    if one.twins is not None and one.twins == other.twins and one.article_id != other.article_id:
        return True
    if one.vector is None or other.vector is None:
        return False
    if float(one.vector.astype(np.float32) @ other.vector.astype(np.float32)) <= SAME_STORY:
        return False
    return _figures(one.terms) == _figures(other.terms)


def _figures(terms: Sequence[str]) -> set[str]:
    return {term for term in terms if any(char.isdigit() for char in term)}


def _cosines(vectors: Sequence[HalfMatrix | None], question: Vector) -> npt.NDArray[np.float64]:
    """The largest cosine with the question for each (d,) or (n, d) array of unit vectors; NaN for None."""
    found = np.full(len(vectors), np.nan)
    rows = [None if v is None else v.reshape(-1, len(question)) for v in vectors]
    there = [n for n, v in enumerate(rows) if v is not None and len(v)]
    if there:
        stacked = np.concatenate([v for v in rows if v is not None and len(v)]).astype(np.float32)
        starts = np.cumsum([0, *(len(v) for v in rows if v is not None and len(v))][:-1])
        found[there] = np.maximum.reduceat(stacked @ question, starts)
    return found


def _scaled(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scaled to [0, 1] by minimum and maximum; missing scores count as the minimum."""
    if np.isnan(scores).all():
        return np.zeros_like(scores)
    low, high = np.nanmin(scores), np.nanmax(scores)
    filled = np.nan_to_num(scores, nan=low)
    return np.zeros_like(scores) if high <= low else (filled - low) / (high - low)
