"""Work that one worker at a time does: its leases are prolonged by a thread of their own while the work lasts."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from ingest.corpus.catalogue import Catalogue
from ingest.corpus.processes import Process, this_process
from ingest.errors import VerbatimError

log = logging.getLogger(__name__)

PROLONGED_EVERY_S = 15.0
"""A quarter of what a lease lasts, so that a busy machine does not lose it."""


class Leaseholder:
    """Takes leases in the name of this process.

    Args:
        command: what this process runs, told to those who wait.
    """

    def __init__(self, catalogue: Catalogue, command: str, now: Callable[[], datetime]) -> None:
        self._leases = catalogue.leases
        self._process = this_process(command)
        self._now = now

    @contextmanager
    def holding(self, names: Iterable[str]) -> Iterator[set[str]]:
        """Hold those of the names that nobody else holds, until the end of the `with` block."""
        token = uuid.uuid4().hex
        taken = self._leases.take(names, token, self._process, self._now())
        if not taken:
            yield taken
            return
        ended = threading.Event()
        thread = threading.Thread(target=self._prolong, args=(token, ended), name="leases", daemon=True)
        thread.start()
        try:
            yield taken
        finally:
            ended.set()
            thread.join()
            self._leases.give_back(token)

    def holders(self) -> dict[str, Process]:
        """Who is at work on what."""
        return self._leases.holders(self._now())

    def _prolong(self, token: str, ended: threading.Event) -> None:
        while not ended.wait(PROLONGED_EVERY_S):
            try:
                self._leases.prolong(token, self._now())
            except VerbatimError as error:  # the next time is soon enough
                log.warning("%s", error)
