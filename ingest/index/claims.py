"""Shares the backlog among several workers that index for one Chroma server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Pending
from ingest.catalogue.leaseholder import Leaseholder


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
            # Another worker may have been done with some before they were ours.
            waiting = self._backlog.waiting([chunk.row for chunk in ours], collection_id)
            yield [chunk for chunk in ours if chunk.row in waiting]
