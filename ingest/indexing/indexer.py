"""From the catalogue's backlog to vectors in the index: forget, embed, keep, upsert, mark.

Every step may be repeated: a process killed between two of them leaves chunks in the backlog, and the next run does
them again with the same result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import numpy.typing as npt

from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.backlog import Pending
from ingest.corpus.embedding import TextEncoder
from ingest.corpus.index import VectorIndex
from ingest.indexing.claims import Claims
from ingest.indexing.embedder import Embedder
from ingest.indexing.portions import next_portion
from ingest.work.leasing import Leaseholder

BATCH = 64
"""Chunks between two commits: a few seconds of work at most."""
STALE_BATCH = 100
_GENTLE_S = 0.02
_FIRST_PORTION = 4
"""Chroma 1.5 keeps Python's lock for the whole of an upsert, some milliseconds a vector: beside an event loop one may
take this long, and then others have as much time."""
WAIT_S = 0.5
"""How often a worker that waits for others looks whether they are done, in seconds."""


class Indexer:
    """The index's owner at work. One at a time for an embedded index.

    Args:
        leases: those of this worker, where others may work for the same server.
    """

    def __init__(
        self, catalogue: Catalogue, encoder: TextEncoder, index: VectorIndex, leases: Leaseholder | None = None
    ) -> None:
        self._catalogue = catalogue
        self._claims = Claims(catalogue, leases) if leases else None
        self._embedder = Embedder(catalogue, encoder)
        self._index = index
        self._portion = _FIRST_PORTION

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
        return self._work(progress, stop, embedded=None)

    def take_up(self, stop: Callable[[], bool] = lambda: False) -> int:
        """The same beside an event loop, for chunks that another process has embedded; the rest is left to it."""
        return self._work(lambda _: None, stop, embedded=True)

    def _work(self, progress: Callable[[int], None], stop: Callable[[], bool], embedded: bool | None) -> int:
        self._forget_stale()
        collection, done = self._index.collection_id, 0
        upsert = self._upsert_gently if embedded else self._index.upsert
        while not stop():
            with self._batch(collection, embedded) as batch:
                if batch:
                    upsert([chunk.id for chunk in batch], self._vectors(batch))
                    self._catalogue.backlog.mark([chunk.row for chunk in batch], collection)
            if batch:
                done += len(batch)
                progress(len(batch))
            elif self._claims and self.waiting:
                time.sleep(WAIT_S)  # others have the rest; if one of them dies, it is for us
            else:
                break
        return done

    def _batch(self, collection: str, embedded: bool | None) -> AbstractContextManager[list[Pending]]:
        if self._claims:
            return self._claims.batch(collection, self._embedder.model, BATCH)
        return nullcontext(self._catalogue.backlog.next(collection, self._embedder.model, BATCH, embedded=embedded))

    def _upsert_gently(self, ids: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """In portions, so that threads beside this one get their turns."""
        start = 0
        while start < len(ids):
            end, began = start + self._portion, time.monotonic()
            self._index.upsert(ids[start:end], vectors[start:end])
            took_s = time.monotonic() - began
            self._portion = next_portion(self._portion, took_s, _GENTLE_S, BATCH)
            time.sleep(min(took_s, 1.0))
            start = end

    def _vectors(self, batch: Sequence[Pending]) -> npt.NDArray[np.float32]:
        """(len(batch), d): stored vectors where the same model made them, new ones for the rest."""
        lacking = [chunk for chunk in batch if chunk.chunk_vector is None]
        new = {e.row: e.chunk_vector for e in self._embedder.embed(lacking)}
        return np.stack([new[c.row] if c.chunk_vector is None else c.chunk_vector for c in batch])

    def _forget_stale(self) -> None:
        while stale := self._catalogue.backlog.stale(STALE_BATCH):
            self._index.delete(stale)
            self._catalogue.backlog.drop_stale(stale)
