"""Messages between a process and its children: a JSON header and a body, each preceded by its length.

JSON rather than pickle, because a child that a document took over must not be able to run code in the parent.
"""

from __future__ import annotations

import json
import socket
import struct
import time

_LENGTHS = struct.Struct(">II")
_STEP = 1 << 20
LONGEST = 100_000_000
"""Maximum size of a header or a body, in bytes; a longer message is an error."""


class BrokenWireError(Exception):
    """The other side is gone, or its message is invalid."""


def send(channel: socket.socket, header: dict[str, object], body: bytes = b"") -> None:
    """Send a message within the channel's own time-out.

    Raises:
        OSError: TimeoutError among them.
    """
    said = json.dumps(header).encode()
    channel.sendall(_LENGTHS.pack(len(said), len(body)) + said)
    if body:  # a receiver that has all may have answered and gone
        channel.sendall(body)


def receive(channel: socket.socket, ends_at: float | None = None) -> tuple[dict[str, object], bytes]:
    """The next message.

    Args:
        ends_at: `time.monotonic()` at which to stop waiting; None: never.

    Raises:
        BrokenWireError, OSError: TimeoutError among them.
    """
    header_length, body_length = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size, ends_at))
    if header_length > LONGEST or body_length > LONGEST:
        raise BrokenWireError("the message is too long")
    try:
        header = json.loads(_exactly(channel, header_length, ends_at))
    except ValueError as error:
        raise BrokenWireError("the message is not JSON") from error
    if not isinstance(header, dict):
        raise BrokenWireError("the message is not an object")
    return header, _exactly(channel, body_length, ends_at)


def _exactly(channel: socket.socket, count: int, ends_at: float | None) -> bytes:
    parts = []
    while count:
        if ends_at is not None:
            channel.settimeout(max(ends_at - time.monotonic(), 0.001))
        part = channel.recv(min(count, _STEP))
        if not part:
            raise BrokenWireError("the other side is gone")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
