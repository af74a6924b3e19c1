"""Asks the index worker from beside the bot: for its answer workers, which do not own the index."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.index import index_messages
from ingest.index.index_messages import PATIENCE_S, PAUSE_S, SOCKET_FILE
from ingest.processes.local_socket import connect
from ingest.processes.wire import BrokenWireError, receive, send


class SharedIndex:
    """Queries the index worker of a data folder until `close`. Thread-safe, a connection for each query under way."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        self._closed = False

    def query(self, vector: npt.NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """See `VectorIndex.query`. A worker that ended is waited for: its successor is asked.

        Raises:
            VectorIndexError: the index failed, or nobody answered in time.
        """
        ends_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends_at:
            try:
                return index_messages.nearest(*self._ask(index_messages.query(vector, k), ends_at))
            except (BrokenWireError, OSError):
                time.sleep(PAUSE_S)
        raise index_messages.nobody_answers(str(self._folder))

    def close(self) -> None:
        """Close the connections. A second call does nothing."""
        with self._lock:
            self._closed = True
            for channel in self._idle:
                channel.close()
            self._idle.clear()

    def _ask(self, message: index_messages.Message, ends_at: float) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            channel = self._idle.pop() if self._idle else None
        channel = channel or self._connected()
        try:
            send(channel, *message)
            reply = receive(channel, ends_at)
        except BaseException:
            channel.close()
            raise
        with self._lock:
            if self._closed:
                channel.close()
            else:
                self._idle.append(channel)
        return reply

    def _connected(self) -> socket.socket:
        channel = socket.socket(socket.AF_UNIX)
        channel.settimeout(PATIENCE_S)
        try:
            connect(channel, self._folder, SOCKET_FILE)
        except OSError:
            channel.close()
            raise
        return channel
