"""The sources one run still has to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ingest.catalogue.sources import CLOCK_ERROR, Sources
from ingest.sources.models import Source

AT_ONCE = 100
"""Sources loaded together: a run over thousands of sources keeps few of them in memory."""


class DueSources:
    """The sources that were due when a run began.

    Args:
        began: when that was.
        local_too: treat files and folders as due.
        everything: treat all as due.
    """

    def __init__(self, sources: Sources, began: datetime, *, local_too: bool, everything: bool) -> None:
        self._sources = sources
        self._began = began
        self._local_too = local_too
        self._everything = everything
        self._done: set[int] = set()

    def remaining(self) -> dict[int, datetime | None]:
        """Ids of the sources that nobody has read since, longest overdue first, with the time of each last read."""
        due = self._sources.due(self._began, local_too=self._local_too, everything=self._everything)
        return {id_: at for id_, at in due.items() if id_ not in self._done and not self._is_read(at)}

    def unread(self, remaining: Mapping[int, datetime | None]) -> Iterator[Source]:
        """Load those of them that nobody has read since `remaining` looked them up."""
        ids = list(remaining)
        for start in range(0, len(ids), AT_ONCE):
            for source in self._sources.load(ids[start : start + AT_ONCE]):
                if source.enabled and source.checked_at == remaining[source.id]:
                    yield source

    def mark_done(self, ids: Iterable[int]) -> None:
        """This run has finished with these sources."""
        self._done.update(ids)

    def _is_read(self, at: datetime | None) -> bool:
        return at is not None and self._began <= at <= self._began + CLOCK_ERROR
