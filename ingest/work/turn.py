"""What is left to one run over the sources, whatever other processes do meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ingest.corpus.catalogue.sources import CLOCK_ERROR, Source, Sources

AT_ONCE = 100
"""Sources that are looked at in one go: a run over thousands has few of them in memory."""


class Turn:
    """The sources that were due when a run began.

    Args:
        began: when that was.
        local_too: files and folders count as due.
        everything: all count as due.
    """

    def __init__(self, sources: Sources, began: datetime, *, local_too: bool, everything: bool) -> None:
        self._sources = sources
        self._began = began
        self._local_too = local_too
        self._everything = everything
        self._over: set[int] = set()

    def left(self) -> dict[int, datetime | None]:
        """The ids of those that nobody has read since, the longest overdue first, and when each was read last."""
        due = self._sources.due(self._began, local_too=self._local_too, everything=self._everything)
        return {id_: at for id_, at in due.items() if id_ not in self._over and not self._is_read(at)}

    def unread(self, left: Mapping[int, datetime | None]) -> Iterator[Source]:
        """Those of them that are still to be read, and that nobody has read since they were looked up."""
        ids = list(left)
        for start in range(0, len(ids), AT_ONCE):
            for source in self._sources.load(ids[start : start + AT_ONCE]):
                if source.enabled and source.checked_at == left[source.id]:
                    yield source

    def over(self, ids: Iterable[int]) -> None:
        """This run is done with these."""
        self._over.update(ids)

    def _is_read(self, at: datetime | None) -> bool:
        return at is not None and self._began <= at <= self._began + CLOCK_ERROR
