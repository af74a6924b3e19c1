"""Has the backlog embedded by a child process that ends when there is nothing left to embed.

A loaded model takes 150 MiB, and most of the time nothing is new.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from ingest.catalogue.backlog import Backlog
from ingest.catalogue.facts import COLLECTION_ID, Facts
from ingest.processes.child import Child
from ingest.settings import IngestSettings

PAUSE_S = 60.0
"""How long to wait before the next child after one that failed, in seconds."""
_LOOK_S = 0.5
"""How often to check whether to stop, in seconds."""

log = logging.getLogger(__name__)


class EmbeddingChild:
    """Works off the backlog like an `Embedder`, in the embed worker.

    Args:
        model: digest of the model that the settings name.
    """

    def __init__(self, backlog: Backlog, facts: Facts, model: str, settings: IngestSettings) -> None:
        self._backlog = backlog
        self._facts = facts
        self._model = model
        self._greeting = {"settings": settings.as_json()}
        self._not_before = 0.0

    @property
    def waiting(self) -> int:
        """How many chunks lack a vector."""
        return self._backlog.without_vector(self._facts.get(COLLECTION_ID), self._model)

    def run(self, progress: Callable[[int], None] = lambda _: None, stop: Callable[[], bool] = lambda: False) -> int:
        """Have waiting chunks embedded until no more have come for a while, or `stop()` is true.

        Args:
            progress: called once, with the number of chunks.

        Returns:
            How many fewer chunks wait than before.
        """
        before = 0 if time.monotonic() < self._not_before else self.waiting
        if not before:
            return 0
        if not self._one_life(stop):
            self._not_before = time.monotonic() + PAUSE_S
        done = max(0, before - self.waiting)
        progress(done)
        return done

    def _one_life(self, stop: Callable[[], bool]) -> bool:
        """Start a child and wait for its end; whether it ended as it should."""
        child = Child("ingest.workers.embed_worker", environment=os.environ, greeting=lambda: self._greeting)
        while not child.ended_within(_LOOK_S):
            if stop():
                child.request_stop()
        how = child.wait()
        if how != ENDED and not stop():
            log.warning("embedding ended (%s); trying again in %.0f s", how, PAUSE_S)
        return how == ENDED


ENDED = "exit code 0"
