"""Search: a question's words and meaning to passages, best first.

Two ways in: dense (vectors) and lexical (terms). Every chunk that either finds gets both scores, exactly: the cosine
from the stored vector, BM25 from the stored terms. The fused score is their mean after each is scaled to [0, 1] within
the pool (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.corpus.bm25 import bm25, idf
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.chunks import Candidate
from ingest.corpus.embedding import Encoder
from ingest.corpus.index import VectorIndex
from ingest.corpus.models import Passage, View

Vector = npt.NDArray[np.float32]

POOL = 50
"""Visible chunks that each way in contributes."""
EXACT_BELOW = 4096
"""Views with a time window and at most this many chunks are searched exactly, over the stored vectors."""
DENSE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its two scores and the fused one."""

    id: str
    cosine: float | None
    bm25: float
    score: float


class Search:
    """Finds passages for a view of the corpus. Thread-safe."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder, index: VectorIndex) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._index = index

    @property
    def model(self) -> str:
        """Digest of the embedding model, under which vectors are stored."""
        return self._encoder.fingerprint.digest

    def encode(self, text: str) -> Vector:
        """The question's unit vector, (d,)."""
        vector: Vector = self._encoder.encode([text])[0]
        return vector

    def passages(self, question: Vector, terms: Sequence[str], view: View, k: int) -> list[Passage]:
        """The k best visible passages, best first.

        Args:
            question: (d,) unit vector of what is searched.
            terms: content terms of what is searched (`words.content_terms`).
        """
        found = dict.fromkeys([*self._dense(question, view), *self._catalogue.chunks.match(terms, view, POOL)])
        candidates = self._catalogue.chunks.candidates(list(found), self.model)
        best = self.score(candidates, question, terms)[:k]
        stored = self._catalogue.chunks.load([hit.id for hit in best], self.model)
        return [
            Passage(
                chunk_id=hit.id,
                article=chunk.article,
                heading=chunk.heading,
                span=chunk.span,
                text=chunk.text,
                sentences=chunk.sentences,
                sentence_vectors=chunk.sentence_vectors,
                effective_at=chunk.effective_at,
                score=hit.score,
                cosine=hit.cosine,
                bm25=hit.bm25,
            )
            for hit in best
            if (chunk := stored.get(hit.id)) is not None
        ]

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """Each distinct term with its idf over the whole corpus."""
        wanted = list(dict.fromkeys(terms))
        frequencies = self._catalogue.chunks.frequencies(wanted)
        total = self._catalogue.chunks.totals().chunks
        return {term: idf(frequencies.get(term, 0), total) for term in wanted}

    def score(self, candidates: Sequence[Candidate], question: Vector, terms: Sequence[str]) -> list[Scored]:
        """Both scores and the fused one for each candidate, best first; ties in the order of ids."""
        if not candidates:
            return []
        weights = self.weights(terms)
        mean = self._catalogue.chunks.totals().mean_terms
        lexical = np.array([bm25(c.terms, weights, mean) for c in candidates])
        dense = np.array([np.nan if c.vector is None else float(c.vector @ question) for c in candidates])
        fused = DENSE_WEIGHT * _scaled(dense) + (1.0 - DENSE_WEIGHT) * _scaled(lexical)
        scored = [
            Scored(c.id, None if np.isnan(cosine) else float(cosine), float(words), float(score))
            for c, cosine, words, score in zip(candidates, dense, lexical, fused, strict=True)
        ]
        return sorted(scored, key=lambda hit: (-hit.score, hit.id))

    def _dense(self, question: Vector, view: View) -> list[str]:
        if view.since is not None or view.until is not None:
            exact = self._catalogue.chunks.vectors_in(view, self.model, EXACT_BELOW)
            if exact is not None:
                ids, matrix = exact
                return [ids[i] for i in np.argsort(-(matrix @ question))[:POOL]] if ids else []
        return self._over_fetched(question, view)

    def _over_fetched(self, question: Vector, view: View) -> list[str]:
        """Ask the index for more and more until the view shows enough of it, or none is left."""
        wanted, held = POOL, self._index.count()
        while True:
            hits = [chunk_id for chunk_id, _ in self._index.query(question, min(wanted, held))] if held else []
            shown = self._catalogue.chunks.visible(hits, view) if hits else set()
            if len(shown) >= POOL or wanted >= held:
                return [chunk_id for chunk_id in hits if chunk_id in shown][:POOL]
            wanted *= 4


def _scaled(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """To [0, 1] by minimum and maximum; what has no score counts as the minimum."""
    if np.isnan(scores).all():
        return np.zeros_like(scores)
    low, high = np.nanmin(scores), np.nanmax(scores)
    filled = np.nan_to_num(scores, nan=low)
    return np.zeros_like(scores) if high <= low else (filled - low) / (high - low)
