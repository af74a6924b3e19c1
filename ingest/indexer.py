"""From the catalogue's backlog to vectors in the index: forget, embed, keep, upsert, mark.

Every step may be repeated: a process killed between two of them leaves chunks in the backlog, and the next run does
them again with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ingest.chunk import embedding_text
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.backlog import Embedded, Pending
from ingest.corpus.embedding import Encoder
from ingest.corpus.index import VectorIndex

BATCH = 64
"""Chunks between two commits: a few seconds of work at most."""
STALE_BATCH = 1000


class Indexer:
    """The index's owner at work. One at a time for an embedded index."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder, index: VectorIndex) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._index = index
        self._model = encoder.fingerprint.digest

    @property
    def waiting(self) -> int:
        """Chunks in the backlog."""
        return self._catalogue.backlog.count(self._index.collection_id)

    def run(self, progress: Callable[[int], None] = lambda _: None, stop: Callable[[], bool] = lambda: False) -> int:
        """Work the backlog off, batch by batch, until it is empty or `stop()` says so.

        Args:
            progress: told how many chunks each batch held.

        Returns:
            How many chunks were indexed.
        """
        self._forget_stale()
        done = 0
        while not stop():
            batch = self._catalogue.backlog.next(self._index.collection_id, self._model, BATCH)
            if not batch:
                break
            self._index.upsert([chunk.id for chunk in batch], self._vectors(batch))
            self._catalogue.backlog.mark([chunk.row for chunk in batch], self._index.collection_id)
            done += len(batch)
            progress(len(batch))
        return done

    def _vectors(self, batch: Sequence[Pending]) -> npt.NDArray[np.float32]:
        """(len(batch), d): stored vectors where the same model made them, new ones for the rest."""
        new = {e.row: e.chunk_vector for e in self._embed([chunk for chunk in batch if chunk.chunk_vector is None])}
        return np.stack([new[c.row] if c.chunk_vector is None else c.chunk_vector for c in batch])

    def _embed(self, batch: Sequence[Pending]) -> list[Embedded]:
        """Chunks and their sentences in one call of the encoder, stored before the index hears of them."""
        if not batch:
            return []
        heads = [embedding_text(c.title, c.heading, c.text, c.published_at) for c in batch]
        sentences = [[c.text[s.start - c.span.start : s.end - c.span.start] for s in c.sentences] for c in batch]
        vectors = self._encoder.encode([*heads, *(text for texts in sentences for text in texts)])
        ends = len(batch) + np.cumsum([len(texts) for texts in sentences])
        of_sentences = np.split(vectors, [len(batch), *ends[:-1]])[1:]
        embedded = [Embedded(c.row, vectors[i], of_sentences[i]) for i, c in enumerate(batch)]
        self._catalogue.backlog.keep_vectors(self._model, embedded)
        return embedded

    def _forget_stale(self) -> None:
        while stale := self._catalogue.backlog.stale(STALE_BATCH):
            self._index.delete(stale)
            self._catalogue.backlog.drop_stale(stale)
