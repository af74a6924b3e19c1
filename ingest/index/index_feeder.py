"""Copies vectors from the catalogue into the index in small steps, so that questions are not delayed. Needs no
model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Pending
from ingest.index.vector_index import VectorIndex

BATCH = 64
"""Chunks between two commits of the catalogue."""
STALE_BATCH = 100
_GENTLE_S = 0.02
_FIRST_PORTION = 4
"""Chroma 1.5 holds Python's global lock for the whole of an upsert, some milliseconds a vector. While questions are
asked an upsert may take this long, and is followed by an equally long pause."""


class IndexFeeder:
    """Indexes what another process embeds. One at a time for an embedded index.

    Args:
        model: digest of the model whose vectors the index holds.
    """

    def __init__(self, catalogue: Catalogue, index: VectorIndex, model: str) -> None:
        self._catalogue = catalogue
        self._index = index
        self._model = model
        self._portion = _FIRST_PORTION

    def run(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Index waiting chunks that have a vector, until there are none or `stop()` is true.

        Returns:
            How many chunks were indexed.
        """
        forget_stale(self._catalogue, self._index)
        collection, done, last = self._index.collection_id, 0, 0
        while batch := self._catalogue.backlog.next(collection, self._model, BATCH, embedded=True, after=last):
            vectors = np.stack([chunk.chunk_vector for chunk in batch if chunk.chunk_vector is not None])
            if not self._upsert(batch, vectors, stop):
                break
            self._catalogue.backlog.mark([chunk.row for chunk in batch], collection)
            done, last = done + len(batch), batch[-1].row
        return done

    def _upsert(self, batch: Sequence[Pending], vectors: npt.NDArray[np.float32], stop: Callable[[], bool]) -> bool:
        """Store a batch in small steps, between which questions get their turn. Returns whether it was finished."""
        start = 0
        while start < len(batch):
            if stop():
                return False
            end, began = start + self._portion, time.monotonic()
            self._index.upsert([chunk.id for chunk in batch[start:end]], vectors[start:end])
            took_s = time.monotonic() - began
            self._portion = next_batch_size(self._portion, took_s, _GENTLE_S, BATCH)
            time.sleep(min(took_s, 1.0))
            start = end
        return True


def forget_stale(catalogue: Catalogue, index: VectorIndex) -> None:
    """Delete the vectors of replaced or removed chunks from the index."""
    while stale := catalogue.backlog.stale(STALE_BATCH):
        index.delete(stale)
        catalogue.backlog.drop_stale(stale)


_GROWTH = 2
"""Limits growth, so that a batch that happened to be quick does not make the next one too long."""


def next_batch_size(portion: int, took_s: float, goal_s: float, most: int) -> int:
    """The size of the next batch, 1 to `most`.

    Args:
        portion: size of the last batch, which took `took_s` seconds.
        goal_s: how long a batch may take, in seconds.
    """
    fitting = int(portion * goal_s / took_s) if took_s > 0 else most
    return max(1, min(fitting, _GROWTH * portion, most))
