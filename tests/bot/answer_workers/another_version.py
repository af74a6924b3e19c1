"""A child that answers like an answer worker of a version that does not exist."""

from __future__ import annotations

import socket
from contextlib import suppress

from ingest.processes.wire import BrokenWireError, receive, send

with socket.socket(fileno=0) as channel, suppress(BrokenWireError, OSError):
    while True:
        request, _ = receive(channel)
        send(channel, {"n": request["n"], "answer": {"said": "yes"}, "counted": True})
