"""Reads due sources and works off the backlog, once or until told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.catalogue import Catalogue
from ingest.catalogue.leaseholder import Leaseholder
from ingest.processes.identity import Process
from ingest.processes.repeating import repeat
from ingest.reading.due_sources import DueSources
from ingest.reading.pipeline import Pipeline, SourceReport
from ingest.reading.retention import delete_expired
from ingest.sources.models import Source

log = logging.getLogger(__name__)

CLEANUP_S = 3600.0
"""Time between two looks for what can be deleted, in seconds."""
WAIT_S = 0.5
"""Time between two looks at the other process that a run waits for, in seconds."""


Waiting = Callable[[Process, Sequence[Source]], None]
"""Called with the process that a run waits for, and the sources which that one is reading."""


class BacklogWork(Protocol):
    """What works off the backlog: an `Indexer`, or an `Embedder` where another process owns the index."""

    def run(self, progress: Callable[[int], None] = ..., stop: Callable[[], bool] = ...) -> int:
        """Work until nothing waits or `stop()` is true. Returns how many chunks were done."""
        ...


@dataclass(frozen=True, slots=True)
class Worker:
    """Reads sources and works off the backlog. Any number may run at once: one of them at a time reads a source.

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
            done: called for each source when its read has ended.
            stop: checked between entries; a source that was not read to its end stays due.
            waiting: called repeatedly while this waits.
        """
        sources = DueSources(self.catalogue.sources, self.pipeline.now(), local_too=once, everything=everything)
        leases = Leaseholder(self.catalogue, self.command, self.pipeline.now)
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

    def stay(self, stop: threading.Event, done: Callable[[SourceReport], None] = lambda _: None) -> None:
        """Read and work off the backlog until `stop` is set; the current entry and batch are finished first."""

        def read() -> None:
            self.read_due(done=done, stop=stop.is_set)

        def clean_up() -> None:
            delete_expired(self.catalogue, self.pipeline.now, stop.is_set)

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
    """Report who reads what is left, and give them a moment."""
    for process in set(holders.values()):
        if read := [source for source in left if holders.get(lease_of(source.id)) == process]:
            waiting(process, read)
    time.sleep(WAIT_S)
