"""The ingest at work: read what is due, embed and index what waits; once, or until told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ingest.corpus.catalogue import Catalogue
from ingest.errors import VerbatimError
from ingest.pipeline import Pipeline, SourceReport
from ingest.wiring import utc_now

log = logging.getLogger(__name__)

TICK_S = 2.0
"""How often a staying worker looks for due sources and for chunks that other processes stored, in seconds."""


class BacklogWork(Protocol):
    """What is done with stored chunks: an `Indexer`, or an `Embedder` where another process owns the index."""

    def run(self, progress: Callable[[int], None] = ..., stop: Callable[[], bool] = ...) -> int:
        """Work until nothing waits or `stop()` says so; gives back how many chunks were done."""
        ...


@dataclass(frozen=True, slots=True)
class Worker:
    """Reads, and works the backlog off. `backlog` is None where others do that."""

    catalogue: Catalogue
    pipeline: Pipeline
    backlog: BacklogWork | None
    workers: int

    def read_due(
        self,
        *,
        once: bool = False,
        everything: bool = False,
        done: Callable[[SourceReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[SourceReport]:
        """Read what is due.

        Args:
            once: local files count as due: looking whether they changed costs little.
            everything: all sources count as due.
            done: hears of each source as it ends.
            stop: asked between entries; a source that was not read to its end stays due.
        """
        due = self.catalogue.sources.due(utc_now(), local_too=once, everything=everything)
        return self.pipeline.run(due, self.workers, done, stop) if due else []

    def stay(self, stop: threading.Event, done: Callable[[SourceReport], None] = lambda _: None) -> None:
        """Read and work the backlog off until `stop` is set; an entry or a batch under way is finished first."""

        def read() -> None:
            self.read_due(done=done, stop=stop.is_set)

        reading = threading.Thread(target=repeat, args=(stop, read), name="ingest-read")
        reading.start()
        if self.backlog is not None:
            backlog = self.backlog
            repeat(stop, lambda: backlog.run(stop=stop.is_set))
        reading.join()


def repeat(stop: threading.Event, work: Callable[[], object]) -> None:
    """Do `work` again and again, `TICK_S` apart, until `stop` is set; a failure is logged and tried again."""
    while not stop.is_set():
        try:
            work()
        except VerbatimError as error:  # such as a Chroma server that is away
            log.error("%s (%s)", error, error.hint)
        except Exception:  # a bug must show, and must not end the news for good
            log.exception("the ingest failed and tries again")
        stop.wait(TICK_S)
