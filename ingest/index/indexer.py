"""Works off the backlog: delete stale vectors, embed, keep vectors, upsert, mark as indexed.

Every step may be repeated: if a process is killed between two of them, the next run does the same chunks again with the
same result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

import numpy as np
import numpy.typing as npt

from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Pending
from ingest.catalogue.leases import Leaseholder
from ingest.embedding.encoders import TextEncoder
from ingest.index.embedder import BacklogOrder, Embedder
from ingest.index.index_feeder import forget_stale
from ingest.index.vector_index import VectorIndex

BATCH = 64
"""Chunks between two commits: a few seconds of work at most."""
WAIT_S = 0.5
"""How often to check the workers that this one waits for, in seconds."""


class Indexer:
    """Embeds and indexes. One at a time for an embedded index.

    Args:
        leases: this worker's, if other workers may index for the same server.
    """

    def __init__(
        self, catalogue: Catalogue, encoder: TextEncoder, index: VectorIndex, leases: Leaseholder | None = None
    ) -> None:
        self._catalogue = catalogue
        self._claims = Claims(catalogue, leases) if leases else None
        self._embedder = Embedder(catalogue, encoder)
        self._turns = BacklogOrder(catalogue.backlog, self._embedder.model)
        self._index = index
        self._copied = 0

    @property
    def waiting(self) -> int:
        """Chunks in the backlog."""
        return self._catalogue.backlog.count(self._index.collection_id)

    def run(self, progress: Callable[[int], None] = lambda _: None, stop: Callable[[], bool] = lambda: False) -> int:
        """Work off the backlog, batch by batch, until it is empty or `stop()` is true.

        Args:
            progress: called with the size of each batch.

        Returns:
            How many chunks were indexed.
        """
        forget_stale(self._catalogue, self._index)
        collection, done = self._index.collection_id, 0
        while not stop():
            with self._batch(collection) as batch:
                if batch:
                    self._index.upsert([chunk.id for chunk in batch], self._vectors(batch))
                    self._catalogue.backlog.mark([chunk.row for chunk in batch], collection)
            if batch:
                done += len(batch)
                progress(len(batch))
            elif self._claims and self.waiting:
                time.sleep(WAIT_S)  # other workers have the rest; if one of them dies, it falls to us
            else:
                break
        return done

    def _batch(self, collection: str) -> AbstractContextManager[list[Pending]]:
        if self._claims:
            return self._claims.batch(collection, lambda held: self._next(collection, held))
        return nullcontext(self._next(collection, ()))

    def _next(self, collection: str, without: Sequence[int]) -> list[Pending]:
        """Chunks that already have a vector, then those without one, in turns."""
        model = self._embedder.model
        next_ones = partial(self._catalogue.backlog.next, collection, model, BATCH, embedded=True, without=without)
        copied = next_ones(after=self._copied) or (next_ones() if self._copied else [])  # what others have left
        self._copied = copied[-1].row if copied else 0
        return copied or self._turns.next(collection, BATCH, without=without)

    def _vectors(self, batch: Sequence[Pending]) -> npt.NDArray[np.float32]:
        """(len(batch), d): stored vectors of the same model where there are any, new ones for the rest."""
        lacking = [chunk for chunk in batch if chunk.chunk_vector is None]
        new = {e.row: e.chunk_vector for e in self._embedder.embed(lacking)}
        return np.stack([new[c.row] if c.chunk_vector is None else c.chunk_vector for c in batch])


class Claims:
    """The chunks that this worker has claimed."""

    def __init__(self, catalogue: Catalogue, leases: Leaseholder) -> None:
        self._backlog = catalogue.backlog
        self._leases = leases

    @contextmanager
    def batch(self, collection_id: str, choose: Callable[[Sequence[int]], list[Pending]]) -> Iterator[list[Pending]]:
        """Waiting chunks, reserved until the end of the `with` block; none if other workers have the rest.

        Args:
            choose: picks chunks, leaving out the rows that it is given.
        """
        prefix = f"chunk:{collection_id}:"
        held = [name.removeprefix(prefix) for name in self._leases.holders() if name.startswith(prefix)]
        batch = choose([int(row) for row in held])
        with self._leases.holding([f"{prefix}{chunk.row}" for chunk in batch]) as taken:
            ours = [chunk for chunk in batch if f"{prefix}{chunk.row}" in taken]
            # Another worker may have finished some of them before we claimed them.
            waiting = self._backlog.waiting([chunk.row for chunk in ours], collection_id)
            yield [chunk for chunk in ours if chunk.row in waiting]
