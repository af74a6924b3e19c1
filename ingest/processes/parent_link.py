"""A child's link to its parent: the socket on its standard input, which ends when the parent asks it to stop or is
dead."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import Any

from ingest.processes.wire import receive

GRACE_S = 5.0
"""How long a stop waits for unfinished work, which would be done again anyway."""


def attach_to_parent() -> tuple[socket.socket, dict[str, Any]]:
    """The socket, and the parent's first message.

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
    """End this process, whatever it does, `GRACE_S` seconds after `stop` was set."""
    stop.wait()
    time.sleep(GRACE_S)
    os._exit(0)
