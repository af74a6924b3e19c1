"""What is left to one run over the sources, whatever other processes do meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ingest.corpus.catalogue.sources import CLOCK_ERROR, Source, Sources

_NOT_READ = object()
"""What no time is equal to: a source that was removed or switched off meanwhile."""


def lease_of(source: Source) -> str:
    """The name under which one worker at a time reads this source."""
    return f"source:{source.id}"


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

    def left(self) -> list[Source]:
        """Those that nobody has read since, as they stand now."""
        due = self._sources.due(self._began, local_too=self._local_too, everything=self._everything)
        return [source for source in due if source.id not in self._over and not self._is_read(source)]

    def unread(self, sources: Iterable[Source]) -> list[Source]:
        """Those of them that are still to be read, and that nobody has read since they were looked up."""
        checks = self._sources.last_checks()
        return [source for source in sources if checks.get(source.id, _NOT_READ) == source.checked_at]

    def over(self, sources: Iterable[Source]) -> None:
        """This run is done with these."""
        self._over.update(source.id for source in sources)

    def _is_read(self, source: Source) -> bool:
        at = source.checked_at
        return at is not None and self._began <= at <= self._began + CLOCK_ERROR
