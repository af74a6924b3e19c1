"""The life of a long-running program: work is repeated until it is stopped, and a child ends with its parent."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from ingest.errors import VerbatimError
from ingest.processes.wire import receive

GRACE_S = 5.0
"""How long a stop waits for unfinished work, in seconds; that work would be repeated anyway."""


def attach_to_parent() -> tuple[socket.socket, dict[str, Any]]:
    """The socket to the parent, and the parent's first message.

    Raises:
        BrokenWireError, OSError: the parent is gone.
    """
    channel = socket.socket(fileno=0)
    greeting, _ = receive(channel)
    return channel, greeting


def stop_at_its_end(channel: socket.socket, stop: threading.Event) -> None:
    """Set `stop` when the parent asks for it or is gone."""
    while channel.recv(1):
        pass
    stop.set()


def end_in_time(stop: threading.Event) -> None:
    """End this process unconditionally `GRACE_S` seconds after `stop` is set."""
    stop.wait()
    time.sleep(GRACE_S)
    os._exit(0)


log = logging.getLogger(__name__)

TICK_S = 2.0
"""How often to look for due sources and for chunks stored by other processes, in seconds."""


def repeat(stop: threading.Event, work: Callable[[], object], every_s: float = TICK_S) -> None:
    """Call `work` with pauses of `every_s` seconds until `stop` is set; failures are logged and retried."""
    while not stop.is_set():
        try:
            work()
        except VerbatimError as error:  # such as a Chroma server that is down
            log.error("%s (%s)", error, error.hint)
        except Exception:  # a bug must be visible, but must not stop the ingest for good
            log.exception("the ingest failed; it will try again")
        stop.wait(every_s)
