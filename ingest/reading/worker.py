"""Reads due sources and works off the backlog, once or until it is stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ingest.catalogue import Catalogue
from ingest.catalogue.leases import Leaseholder
from ingest.catalogue.sources import CLOCK_ERROR, Sources
from ingest.processes.identity import Process
from ingest.processes.lifetime import repeat
from ingest.reading.pipeline import Pipeline, SourceReport
from ingest.sources.models import Source

AT_ONCE = 100
"""Sources loaded together, so that a run over thousands of sources keeps few of them in memory."""


class DueSources:
    """The sources that were due when a run began.

    Args:
        began: the time at which the run began.
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
        """Ids of the sources that have not been read since, longest overdue first, with the time of each last read."""
        due = self._sources.due(self._began, local_too=self._local_too, everything=self._everything)
        return {id_: at for id_, at in due.items() if id_ not in self._done and not self._is_read(at)}

    def unread(self, remaining: Mapping[int, datetime | None]) -> Iterator[Source]:
        """Load the sources among these that have not been read since `remaining` returned."""
        ids = list(remaining)
        for start in range(0, len(ids), AT_ONCE):
            for source in self._sources.load(ids[start : start + AT_ONCE]):
                if source.enabled and source.checked_at == remaining[source.id]:
                    yield source

    def mark_done(self, ids: Iterable[int]) -> None:
        """Mark these sources as done in this run."""
        self._done.update(ids)

    def _is_read(self, at: datetime | None) -> bool:
        return at is not None and self._began <= at <= self._began + CLOCK_ERROR


log = logging.getLogger(__name__)

CLEANUP_S = 3600.0
"""How often to delete what has expired, in seconds."""
WAIT_S = 0.5
"""How often to check on the process that a run waits for, in seconds."""


Waiting = Callable[[Process, Sequence[Source]], None]
"""Called with the process that a run waits for, and the sources that it is reading."""


class BacklogWork(Protocol):
    """What works off the backlog: an `Indexer`, or an `Embedder` where another process owns the index."""

    def run(self, progress: Callable[[int], None] = ..., stop: Callable[[], bool] = ...) -> int:
        """Work until nothing waits or `stop()` is true. Returns how many chunks were done."""
        ...


@dataclass(frozen=True, slots=True)
class Worker:
    """Reads sources and works off the backlog. Any number may run at once; a source is read by one at a time.

    Attributes:
        backlog: None where other processes work it off.
        workers: sources read at the same time.
        command: what this process runs, shown to those who wait for it.
    """

    catalogue: Catalogue
    pipeline: Pipeline
    backlog: BacklogWork | None
    workers: int
    command: str = "ingest run"

    def read_due(
        self,
        *,
        once: bool = False,
        everything: bool = False,
        done: Callable[[SourceReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
        waiting: Waiting = lambda *_: None,
    ) -> None:
        """Read the due sources that nobody else is reading.

        Args:
            once: treat local files as due, since checking them costs little; wait for what others are reading, and
                read what they leave undone.
            everything: treat all sources as due.
            done: called for each source after its read.
            stop: checked between entries; a source that was not read to its end stays due.
            waiting: called repeatedly while this waits.
        """
        sources = DueSources(self.catalogue.sources, self.pipeline.now(), local_too=once, everything=everything)
        leases = Leaseholder(self.catalogue.leases, self.command, self.pipeline.now)
        while due := sources.remaining():
            with leases.holding(map(lease_of, due)) as held:
                ours = {id_: at for id_, at in due.items() if lease_of(id_) in held}
                if ours:
                    self.pipeline.run(sources.unread(ours), self.workers, done, stop)
            sources.mark_done(ours)
            if not once or stop():
                break
            if not ours:
                _wait(self.catalogue.sources.load(list(sources.remaining())), leases.holders(), waiting)

    def delete_expired(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Delete what is not kept any longer."""
        kept_for, most = self.pipeline.kept_for, self.pipeline.most_articles
        self.catalogue.retention.delete_expired(self.pipeline.now, stop, kept_for=kept_for, most_articles=most)

    def stay(self, stop: threading.Event, done: Callable[[SourceReport], None] = lambda _: None) -> None:
        """Read and work off the backlog until `stop` is set; the current entry and batch are finished first."""

        def read() -> None:
            self.read_due(done=done, stop=stop.is_set)

        def clean_up() -> None:
            self.delete_expired(stop.is_set)

        beside = [
            threading.Thread(target=repeat, args=(stop, read), name="ingest-read"),
            threading.Thread(target=repeat, args=(stop, clean_up, CLEANUP_S), name="ingest-cleanup"),
        ]
        for thread in beside:
            thread.start()
        if self.backlog is not None:
            backlog = self.backlog
            repeat(stop, lambda: backlog.run(stop=stop.is_set))
        for thread in beside:
            thread.join()


def lease_of(source_id: int) -> str:
    """The name under which one worker at a time reads this source."""
    return f"source:{source_id}"


def _wait(left: Sequence[Source], holders: Mapping[str, Process], waiting: Waiting) -> None:
    """Report which processes read the remaining sources, and wait a moment."""
    for process in set(holders.values()):
        if read := [source for source in left if holders.get(lease_of(source.id)) == process]:
            waiting(process, read)
    time.sleep(WAIT_S)
