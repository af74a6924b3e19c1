"""Search: a question's words and meaning to passages, best first.

    nearest vectors (Chroma, or exactly in a narrow window) \
                                                             > candidates | all signals of each | fused | told once
    best full-text matches (SQL)                            /

Every candidate gets every score, exactly, from what the catalogue stores; how they are mixed is `fusion`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.corpus.bm25 import idf
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.chunks import StoredChunk, Totals
from ingest.corpus.embedding import Encoder
from ingest.corpus.fusion import Fusion, Query, Scored, rank, told_once
from ingest.corpus.index import VectorIndex
from ingest.corpus.models import Passage, View

Vector = npt.NDArray[np.float32]

POOL = 50
"""Visible chunks that each way in contributes at least."""
EXACT_BELOW = 4096
"""Views with a time window and at most this many chunks are searched exactly, over the stored vectors."""
COMMON = 0.1
"""A term in more than this share of the chunks is scored but not matched, as long as `TELLING` rarer ones are."""
TELLING = 3
RECOUNT = 0.01
"""The corpus is counted anew when it has grown by this share."""


class Search:
    """Finds passages for a view of the corpus. Thread-safe."""

    def __init__(
        self, catalogue: Catalogue, encoder: Encoder, index: VectorIndex, fusion: Fusion | None = None
    ) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._index = index
        self._fusion = fusion or Fusion()
        self._counted = _Counted(-1, Totals(0, 0.0))

    @property
    def model(self) -> str:
        """Digest of the embedding model, under which vectors are stored."""
        return self._encoder.fingerprint.digest

    def encode(self, text: str) -> Vector:
        """The question's unit vector, (d,)."""
        vector: Vector = self._encoder.encode([text])[0]
        return vector

    def known(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each term stands; those that stand in none are left out."""
        return self._catalogue.chunks.frequencies(list(dict.fromkeys(terms)))

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """Each distinct term with its idf over the whole corpus."""
        wanted = list(dict.fromkeys(terms))
        frequencies = self.known(wanted)
        total = self._totals().chunks
        return {term: idf(frequencies.get(term, 0), total) for term in wanted}

    def rarest(self) -> float:
        """The idf of a term that no chunk holds: the most that a term can weigh."""
        return idf(0, self._totals().chunks)

    def passages(self, query: Query, view: View, k: int, terms: Sequence[str] | None = None) -> list[Passage]:
        """The k best visible passages, best first.

        Args:
            terms: what the full text is asked for; without them all terms of the query.
        """
        pool = max(POOL, k)
        matched = self._catalogue.chunks.match(
            self._telling(query.weights if terms is None else terms, query), view, pool
        )
        found = dict.fromkeys([*self._dense(query.vector, view, pool), *matched])
        candidates = self._catalogue.chunks.candidates(list(found), self.model)
        best = told_once(rank(candidates, query, self._totals().mean_terms, self._fusion), k)
        stored = self._catalogue.chunks.load([hit.candidate.id for hit in best], self.model)
        return [_passage(stored[hit.candidate.id], hit) for hit in best if hit.candidate.id in stored]

    def _telling(self, terms: Iterable[str], query: Query) -> list[str]:
        """The terms without the common ones, where enough others are left: those match half the corpus to no end."""
        common = idf(round(COMMON * self._totals().chunks), self._totals().chunks)
        rare = [term for term in terms if query.weights[term] >= common]
        return rare if len(rare) >= TELLING else list(terms)

    def _totals(self) -> Totals:
        """How large the corpus is, to within `RECOUNT`: counting reads every chunk's row."""
        newest = self._catalogue.chunks.newest_row()
        counted = self._counted
        if not counted.row <= newest <= counted.row * (1.0 + RECOUNT):
            self._counted = counted = _Counted(newest, self._catalogue.chunks.totals())
        return counted.totals

    def _dense(self, question: Vector, view: View, limit: int) -> list[str]:
        if view.since is not None or view.until is not None:
            exact = self._catalogue.chunks.vectors_in(view, self.model, EXACT_BELOW)
            if exact is not None:
                ids, matrix = exact
                return [ids[i] for i in np.argsort(-(matrix @ question))[:limit]] if ids else []
        return self._over_fetched(question, view, limit)

    def _over_fetched(self, question: Vector, view: View, limit: int) -> list[str]:
        """Ask the index for more and more until the view shows enough of it, or none is left."""
        wanted = limit
        while True:
            hits = [chunk_id for chunk_id, _ in self._index.query(question, wanted)]
            shown = self._catalogue.chunks.visible(hits, view) if hits else set()
            if len(shown) >= limit or len(hits) < wanted:
                return [chunk_id for chunk_id in hits if chunk_id in shown]
            wanted *= 4


@dataclass(frozen=True, slots=True)
class _Counted:
    """The totals, and the newest row when they were counted."""

    row: int
    totals: Totals


def _passage(chunk: StoredChunk, hit: Scored) -> Passage:
    return Passage(
        chunk_id=chunk.id,
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
