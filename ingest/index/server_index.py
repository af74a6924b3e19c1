"""The index on a Chroma server, for a process that only asks it: it may be down, hang, lag or be replaced meanwhile.

Whoever asks goes on without it, so a failure comes soon, and while it lasts at once.
"""

from __future__ import annotations

import logging
import threading
import time

import numpy as np
import numpy.typing as npt

from ingest.catalogue import Catalogue
from ingest.embedding.fingerprint import ModelFingerprint
from ingest.errors import ModelMismatchError, VectorIndexError
from ingest.index.collection import open_index
from ingest.index.vector_index import VectorIndex
from ingest.settings import IngestSettings

TIMEOUT_S = 3.0
"""Time limit for one step of a query, in seconds; an answer takes milliseconds."""
PAUSE_S = 10.0
"""How long a server that failed is left alone, in seconds."""

log = logging.getLogger(__name__)


class ServerIndex:
    """Queries the collection that the catalogue names, whichever that is. Thread-safe.

    Raises:
        ModelMismatchError: it holds vectors of another model.
    """

    def __init__(self, settings: IngestSettings, catalogue: Catalogue, model: ModelFingerprint) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._model = model
        self._lock = threading.Lock()
        self._index: VectorIndex | None = None
        self._left: list[VectorIndex] = []
        self._failure: VectorIndexError | None = None
        self._not_before = 0.0
        try:
            self._opened()
        except ModelMismatchError:
            raise
        except VectorIndexError as error:
            log.error("%s (%s) Questions are answered by words alone meanwhile.", error, error.hint)

    def query(self, vector: npt.NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """See `VectorIndex.query`.

        Raises:
            VectorIndexError: the server cannot be asked now.
        """
        index = self._opened()
        try:
            return index.query(vector, k)
        except VectorIndexError as error:
            self._leave(index, error)
            raise

    def close(self) -> None:
        """Release the connections. A second call does nothing."""
        with self._lock:
            opened = [*self._left, *([self._index] if self._index else [])]
            self._left, self._index = [], None
        for index in opened:
            index.close()

    def _opened(self) -> VectorIndex:
        with self._lock:
            if self._failure is not None and time.monotonic() < self._not_before:
                raise self._failure
            if self._index is None:
                try:
                    self._index = open_index(self._settings, self._catalogue, self._model, TIMEOUT_S)
                except VectorIndexError as error:
                    self._leave_alone(error)
                    raise
            return self._index

    def _leave(self, index: VectorIndex, error: VectorIndexError) -> None:
        """Do not ask for a while. The connection is kept; but a collection that is gone is looked for anew."""
        with self._lock:
            if self._index is index:
                self._leave_alone(error)
                if not error.retryable:
                    self._left.append(index)  # others may be asking it, so it is closed in the end
                    self._index = None

    def _leave_alone(self, error: VectorIndexError) -> None:
        self._failure, self._not_before = error, time.monotonic() + PAUSE_S
