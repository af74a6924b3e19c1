"""Search: from a question to passages, best first.

    nearest vectors (Chroma, or exactly in a narrow window) \\
                                                             > candidates | all signals of each | fused | no repeats
    best full-text matches (SQL)                            /

Every candidate gets every score, computed exactly from stored data; `fusion` combines them.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from ingest.catalogue import Catalogue
from ingest.catalogue.chunks import Candidate, StoredChunk, Totals
from ingest.embedding.encoders import Encoder
from ingest.errors import VectorIndexError
from ingest.models import Passage, View
from ingest.search.fusion import Fusion, Query, Scored, idf, rank, without_repeats
from ingest.text.words import terms

Vector = npt.NDArray[np.float32]
log = logging.getLogger(__name__)


class Nearest(Protocol):
    """A vector index, for searching."""

    def query(self, vector: Vector, k: int) -> list[tuple[str, float]]:
        """See `VectorIndex.query`."""


class Reranker(Protocol):
    """Judges how well texts answer a question: slower, but better than vectors."""

    def relevance(self, question: str, texts: Sequence[str]) -> Vector:
        """How well each text answers the question, (len(texts),) from 0 to 1."""


POOL = 40
"""Approximate number of visible chunks that each way of searching contributes."""
EXACT_BELOW = 2048
"""Views of at most this many chunks are searched exactly, over the stored vectors."""
MOST_MATCHES = 1000
"""How many matches are ranked at first for a view of few chunks."""
COMMON = 0.1
"""A term in more than this share of the chunks is scored but not matched, if there are `TELLING` rarer ones."""
TELLING = 3
MATCHES = 30_000
"""How many matches full-text search may have to rank, summed over the terms; the rarest term counts in any case. More
take longer in proportion. Only large corpora have questions that reach it."""
SPELLINGS, LEAST_SPELLINGS, LEAST_CAPITALS = 60, 2, 0.04
"""Chunks whose spelling of a word is checked; the least number and share of capitals that make it a name."""
ENCODED = 1000
"""How many questions' vectors are kept, 1.5 kB each."""
RECOUNT = 0.01
"""The corpus is recounted when it has grown by this share, because counting reads the row of every chunk."""


@dataclass(frozen=True, slots=True)
class Words:
    """How often some terms occur in the corpus.

    Attributes:
        counts: how many chunks contain each term; terms in no chunk are left out.
        totals: the size of the corpus, to within `RECOUNT`.
    """

    counts: Mapping[str, int]
    totals: Totals

    def idf(self, term: str) -> float:
        """The rarity of a term, 0.0 or more."""
        count = self.counts.get(term, 0)
        return idf(count, max(self.totals.chunks, count))

    @property
    def rarest(self) -> float:
        """The idf of a term that no chunk contains: the largest possible."""
        return idf(0, self.totals.chunks)

    def telling(self, terms: Iterable[str]) -> list[str]:
        """The terms without the common ones, which match half the corpus for no benefit, if enough are left; and in a
        large corpus the rarest of them only."""
        every = list(terms)
        rare = [term for term in every if self.counts.get(term, 0) <= COMMON * self.totals.chunks]
        return self._rarest(rare if len(rare) >= TELLING else every)

    def _rarest(self, terms: Sequence[str]) -> list[str]:
        """The rarest terms that have up to `MATCHES` matches together, in their order."""
        by_rarity = sorted(range(len(terms)), key=lambda n: self.counts.get(terms[n], 0))
        sums = accumulate(self.counts.get(terms[n], 0) for n in by_rarity)
        within = sum(matches <= MATCHES for matches in sums)
        return [terms[n] for n in sorted(by_rarity[: max(within, 1)])]


class Search:
    """Finds passages for a view of the corpus. Thread-safe."""

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: Encoder,
        index: Nearest,
        fusion: Fusion | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._index = index
        self._fusion = fusion or Fusion()
        self._reranker = reranker
        self._counted = (-1, Totals(0, 0.0))
        self._encoded: LRUCache[bytes, Vector] = LRUCache(ENCODED)
        self._encoding = threading.Lock()

    @property
    def model(self) -> str:
        """Digest of the embedding model, under which vectors are stored."""
        return self._encoder.fingerprint.digest

    def encode(self, text: str) -> Vector:
        """The question's unit vector, (d,).

        Encoding takes milliseconds, and what is asked is asked again; it is known by its hash: questions are not kept.
        """
        key = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
        with self._encoding:
            vector = self._encoded.get(key)
        if vector is None:
            vector = self._encoder.encode_query(text)
            vector.setflags(write=False)
            with self._encoding:
                self._encoded[key] = vector
        return vector

    def words(self, terms: Iterable[str]) -> Words:
        """How often the terms occur in the corpus."""
        newest, counts = self._catalogue.chunks.vocabulary(list(dict.fromkeys(terms)))
        row, totals = self._counted
        if not row <= newest <= row * (1.0 + RECOUNT):
            totals = self._catalogue.chunks.totals()
            self._counted = (newest, totals)
        return Words(counts, totals)

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """Each distinct term with its idf over the whole corpus."""
        wanted = list(dict.fromkeys(terms))
        words = self.words(wanted)
        return {term: words.idf(term) for term in wanted}

    def names_among(self, words: Sequence[str], view: View) -> frozenset[str]:
        """The names among capitalised words: those that visible articles capitalise inside sentences too.

        A word that is nearly always in lower case there is not a name, although a company may share it.
        """
        return frozenset(word for word in words if self._is_name(word, view))

    def _is_name(self, word: str, view: View) -> bool:
        with self._catalogue.database.read():
            ids = self._catalogue.chunks.match_in(view, terms(word), SPELLINGS)
            texts = [chunk.text for chunk in self._catalogue.chunks.load(ids, self.model).values()]
        inside = rf"(?<=[a-z,;] ){re.escape(word)}(?![\w'’-])"
        capital = sum(re.search(inside, text) is not None for text in texts)
        return capital >= LEAST_SPELLINGS and capital >= LEAST_CAPITALS * len(texts)

    def passages(self, query: Query, view: View, k: int) -> list[Passage]:
        """The k best visible passages, best first."""
        with self._catalogue.database.read():  # everything below sees the same state of the corpus
            candidates = self._candidates(query, view, max(POOL, k))
            best = without_repeats(rank(candidates, query, self._fusion), k)
            stored = self._catalogue.chunks.load([hit.candidate.id for hit in best], self.model)
        return [_passage(stored[hit.candidate.id], hit) for hit in best if hit.candidate.id in stored]

    def relevance(self, question: str, texts: Sequence[str]) -> Vector | None:
        """How well each text answers, (len(texts),) from 0 to 1, as RERANK_MODEL reads it; None without one."""
        return self._reranker.relevance(question, texts) if self._reranker else None

    def _candidates(self, query: Query, view: View, pool: int) -> list[Candidate]:
        """The nearest chunks and the best matches that are visible, about `pool` of each, or all there are.

        Neither the index nor full-text search knows views. So the overall best are fetched first; if few of them are
        visible, the view is searched by itself.
        """
        if not view.is_narrow:
            found, enough = self._best_of_all(query, view, pool, pool)
            if enough:
                return found
        size = self._catalogue.chunks.count_in(view)
        wanted = pool * max(self._counted[1].chunks, size) // max(size, 1)
        if size <= EXACT_BELOW:
            return self._best_of_few(query, view, wanted, pool)
        while True:
            found, enough = self._best_of_all(query, view, wanted, pool)
            if enough:
                return found
            wanted *= 4

    def _best_of_all(self, query: Query, view: View, wanted: int, pool: int) -> tuple[list[Candidate], bool]:
        """The visible ones among the best `wanted` of each kind, and whether that is half a pool of each, or all."""
        chunks = self._catalogue.chunks
        near = self._near(query.vector, wanted)
        matched = chunks.match(query.matched, wanted)
        shown = chunks.candidates(list(dict.fromkeys([*near, *matched])), view, self.model)
        ids = {candidate.id for candidate in shown}
        return shown, all(len(way) < wanted or 2 * len(ids.intersection(way)) >= pool for way in (near, matched))

    def _near(self, vector: Vector, k: int) -> list[str]:
        """The nearest chunks; none if the index cannot be asked now: words alone find most of it."""
        try:
            return [chunk_id for chunk_id, _ in self._index.query(vector, k)]
        except VectorIndexError as error:
            log.warning("searching by words alone: %s", error)
            return []

    def _best_of_few(self, query: Query, view: View, wanted: int, pool: int) -> list[Candidate]:
        """For a view of few chunks: the nearest by stored vectors, and the visible ones among the best matches."""
        chunks = self._catalogue.chunks
        ids, matrix = chunks.vectors_in(view, self.model)
        near = [ids[i] for i in np.argsort(-(matrix @ query.vector))[:pool]] if ids else []
        matched = chunks.match_in(view, query.matched, pool, min(wanted, MOST_MATCHES))
        return chunks.candidates(list(dict.fromkeys([*near, *matched])), view, self.model)


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
        context_terms=chunk.context_terms,
        sentence_terms=chunk.sentence_terms,
    )
