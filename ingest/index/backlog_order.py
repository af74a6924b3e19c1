"""The order in which the backlog is worked off, so that no source and no guild delays the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from ingest.catalogue.backlog import Backlog, Pending

ROUND = 256
"""Chunks that are sorted together, about ten seconds of work; what arrives meanwhile waits for the next round."""
SHARE = 0.01
"""The share of a long backlog that makes a round, because sorting reads all of it."""


class BacklogOrder:
    """Gives the waiting chunks in the order of `Backlog.round`, batch by batch."""

    def __init__(self, backlog: Backlog, model: str) -> None:
        self._backlog = backlog
        self._model = model
        self._order: deque[int] = deque()
        self._collection = ""

    def next(self, collection_id: str, limit: int, *, without: Sequence[int] = ()) -> list[Pending]:
        """Up to `limit` chunks that wait for a vector of the model.

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
