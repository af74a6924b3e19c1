"""Embeds the backlog and stores the vectors in the catalogue. Needs no index, so any process may do it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Backlog, Embedded, Pending
from ingest.catalogue.facts import COLLECTION_ID
from ingest.embedding.encoders import TextEncoder
from ingest.text.chunk import embedding_text

ROUND = 256
"""Chunks sorted together, about ten seconds of work; new arrivals wait for the next round."""
SHARE = 0.01
"""The share of a long backlog that makes up a round, because sorting reads all of it."""


class BacklogOrder:
    """Yields the waiting chunks in the order of `Backlog.round`, batch by batch."""

    def __init__(self, backlog: Backlog, model: str) -> None:
        self._backlog = backlog
        self._model = model
        self._order: deque[int] = deque()
        self._collection = ""

    def next(self, collection_id: str, limit: int, *, without: Sequence[int] = ()) -> list[Pending]:
        """Up to `limit` chunks without a vector of the model.

        Args:
            without: rows of chunks that other workers are working on.
        """
        if collection_id != self._collection:
            self._order.clear()
            self._collection = collection_id
        batch = self._of_this_round(collection_id, limit, set(without))
        if batch:
            return batch
        most = max(ROUND, int(SHARE * self._backlog.count(collection_id)))
        self._order.extend(self._backlog.round(collection_id, self._model, most))
        return self._of_this_round(collection_id, limit, set(without))

    def _of_this_round(self, collection_id: str, limit: int, without: set[int]) -> list[Pending]:
        while self._order:
            rows = [self._order.popleft() for _ in range(min(limit, len(self._order)))]
            free = [row for row in rows if row not in without]
            batch = self._backlog.next(collection_id, self._model, limit, embedded=False, of=free)
            if batch:
                return batch
        return []


BATCH = 16
"""Chunks between two commits: a second or two of work, so that stops are quick and news is soon found by meaning."""


class Embedder:
    """Embeds chunks and their sentences; the index's owner copies the vectors from the catalogue."""

    def __init__(self, catalogue: Catalogue, encoder: TextEncoder) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self.model = encoder.fingerprint.digest
        self._turns = BacklogOrder(catalogue.backlog, self.model)

    def run(self, progress: Callable[[int], None] = lambda _: None, stop: Callable[[], bool] = lambda: False) -> int:
        """Embed waiting chunks without a vector of this model, until there are none or `stop()` is true.

        Args:
            progress: called with the size of each batch.

        Returns:
            How many chunks were embedded.
        """
        done = 0
        while not stop():
            collection = self._catalogue.facts.get(COLLECTION_ID) or ""
            batch = self._turns.next(collection, BATCH)
            if not batch:
                break
            self.embed(batch)
            done += len(batch)
            progress(len(batch))
        return done

    def embed(self, batch: Sequence[Pending]) -> list[Embedded]:
        """Embed chunks and their sentences in one call of the encoder, and store the vectors in the catalogue."""
        if not batch:
            return []
        heads = [embedding_text(c.title, c.heading, c.text, c.published_at) for c in batch]
        sentences = [[c.text[s.start - c.span.start : s.end - c.span.start] for s in c.sentences] for c in batch]
        vectors = self._encoder.encode([*heads, *(text for texts in sentences for text in texts)])
        ends = len(batch) + np.cumsum([len(texts) for texts in sentences])
        of_sentences = np.split(vectors, [len(batch), *ends[:-1]])[1:]
        embedded = [Embedded(c.row, vectors[i], of_sentences[i]) for i, c in enumerate(batch)]
        self._catalogue.backlog.keep_vectors(self.model, embedded)
        return embedded
