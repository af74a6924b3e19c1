"""A child's tie to its parent: the socket on its standard input, which ends when the parent lets go or is dead."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import Any

from ingest.processes.wire import receive

GRACE_S = 5.0
"""How long a stop waits for what is under way. More is not needed: what was not finished is done again."""


def attach_to_parent() -> tuple[socket.socket, dict[str, Any]]:
    """The socket, and what the parent said first.

    Raises:
        BrokenWireError, OSError: there is no parent any more.
    """
    channel = socket.socket(fileno=0)
    greeting, _ = receive(channel)
    return channel, greeting


def stop_at_its_end(channel: socket.socket, stop: threading.Event) -> None:
    """Set `stop` when the parent has let go."""
    while channel.recv(1):
        pass
    stop.set()


def end_in_time(stop: threading.Event) -> None:
    """End this process, whatever it does, `GRACE_S` seconds after `stop` was set."""
    stop.wait()
    time.sleep(GRACE_S)
    os._exit(0)
