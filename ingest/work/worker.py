"""The ingest at work: read what is due, embed and index what waits; once, or until told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.sources import Source
from ingest.corpus.processes import Process
from ingest.pipeline import Pipeline, SourceReport
from ingest.work.leasing import Leaseholder
from ingest.work.repeating import repeat
from ingest.work.turn import Turn
from ingest.work.upkeep import tend

log = logging.getLogger(__name__)

UPKEEP_S = 3600.0
"""How often it looks for what can be deleted, in seconds."""
WAIT_S = 0.5
"""How often a run that waits for another one looks whether that is done, in seconds."""


Waiting = Callable[[Process, Sequence[Source]], None]
"""Told whom a run waits for, and what that one is reading."""


class BacklogWork(Protocol):
    """What is done with stored chunks: an `Indexer`, or an `Embedder` where another process owns the index."""

    def run(self, progress: Callable[[int], None] = ..., stop: Callable[[], bool] = ...) -> int:
        """Work until nothing waits or `stop()` says so; gives back how many chunks were done."""
        ...


@dataclass(frozen=True, slots=True)
class Worker:
    """Reads, and works the backlog off, beside any number of others: a source is read by one of them at a time.

    Attributes:
        backlog: None where others work it off.
        workers: sources read at the same time.
        command: what this process runs, told to those who wait for it.
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
        """Read what is due and nobody else is reading.

        Args:
            once: local files count as due: looking whether they changed costs little. What others are reading is
                waited for, and read if they leave it undone.
            everything: all sources count as due.
            done: hears of each source as it ends.
            stop: asked between entries; a source that was not read to its end stays due.
            waiting: told again and again while this waits.
        """
        turn = Turn(self.catalogue.sources, self.pipeline.now(), local_too=once, everything=everything)
        leases = Leaseholder(self.catalogue, self.command, self.pipeline.now)
        while due := turn.left():
            with leases.holding(map(lease_of, due)) as held:
                ours = {id_: at for id_, at in due.items() if lease_of(id_) in held}
                if ours:
                    self.pipeline.run(turn.unread(ours), self.workers, done, stop)
            turn.over(ours)
            if not once or stop():
                break
            if not ours:
                _wait(self.catalogue.sources.load(list(turn.left())), leases.holders(), waiting)

    def stay(self, stop: threading.Event, done: Callable[[SourceReport], None] = lambda _: None) -> None:
        """Read and work the backlog off until `stop` is set; an entry or a batch under way is finished first."""

        def read() -> None:
            self.read_due(done=done, stop=stop.is_set)

        def upkeep() -> None:
            tend(self.catalogue, self.pipeline.now, stop.is_set)

        beside = [
            threading.Thread(target=repeat, args=(stop, read), name="ingest-read"),
            threading.Thread(target=repeat, args=(stop, upkeep, UPKEEP_S), name="ingest-upkeep"),
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
    """A moment for those who read what is left."""
    for process in set(holders.values()):
        if read := [source for source in left if holders.get(lease_of(source.id)) == process]:
            waiting(process, read)
    time.sleep(WAIT_S)
