"""Holding leases while work lasts: a thread renews them."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from ingest.catalogue import Catalogue
from ingest.errors import VerbatimError
from ingest.processes.identity import Process, this_process

log = logging.getLogger(__name__)

PROLONGED_EVERY_S = 15.0
"""A quarter of a lease, so that a busy machine does not lose it."""


class Leaseholder:
    """Takes leases in the name of this process.

    Args:
        command: what this process runs, shown to those who wait.
    """

    def __init__(self, catalogue: Catalogue, command: str, now: Callable[[], datetime]) -> None:
        self._leases = catalogue.leases
        self._process = this_process(command)
        self._now = now

    @contextmanager
    def holding(self, names: Iterable[str]) -> Iterator[set[str]]:
        """Hold those of the names that are free until the end of the `with` block."""
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
        """The process that holds each name."""
        return self._leases.holders(self._now())

    def _prolong(self, token: str, ended: threading.Event) -> None:
        while not ended.wait(PROLONGED_EVERY_S):
            try:
                self._leases.prolong(token, self._now())
            except VerbatimError as error:  # the next time is soon enough
                log.warning("%s", error)
