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
    """Queries the index worker of a data folder until `close`. Thread-safe; concurrent queries queue."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir
        self._turn = threading.Lock()
        self._channel: socket.socket | None = None

    def query(self, vector: npt.NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """See `VectorIndex.query`. A worker that ended is waited for: its successor is asked.

        Raises:
            VectorIndexError: the index failed, or nobody answered in time.
        """
        ends_at = time.monotonic() + PATIENCE_S
        with self._turn:
            while time.monotonic() < ends_at:
                try:
                    return index_messages.nearest(*self._ask(index_messages.query(vector, k), ends_at))
                except (BrokenWireError, OSError):
                    self._close()
                    time.sleep(PAUSE_S)
        raise index_messages.nobody_answers(str(self._folder))

    def close(self) -> None:
        """Close the connection. A second call does nothing."""
        with self._turn:
            self._close()

    def _ask(self, message: index_messages.Message, ends_at: float) -> tuple[dict[str, Any], bytes]:
        if self._channel is None:
            self._channel = socket.socket(socket.AF_UNIX)
            self._channel.settimeout(PATIENCE_S)
            connect(self._channel, self._folder, SOCKET_FILE)
        send(self._channel, *message)
        return receive(self._channel, ends_at)

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
