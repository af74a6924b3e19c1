"""Run a job periodically until stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ingest.errors import VerbatimError

log = logging.getLogger(__name__)

TICK_S = 2.0
"""Time between two looks for due sources and for chunks that other processes stored, in seconds."""


def repeat(stop: threading.Event, work: Callable[[], object], every_s: float = TICK_S) -> None:
    """Call `work` with pauses of `every_s` seconds until `stop` is set; failures are logged and tried again."""
    while not stop.is_set():
        try:
            work()
        except VerbatimError as error:  # such as a Chroma server that is away
            log.error("%s (%s)", error, error.hint)
        except Exception:  # a bug must show, and must not end the news for good
            log.exception("the ingest failed and tries again")
        stop.wait(every_s)
