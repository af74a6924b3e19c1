"""Asks the index worker, a child process that has the embedded index open.

Chroma 1.5 holds Python's global lock for the whole of an upsert, disk included: 15 to 60 ms for one vector, over 100
for many (bench/pauses.py). In a process with an event loop, Discord's heartbeats and everybody's answers would stop for
that long. It releases the lock only to read (its Rust bindings, `allow_threads`).
"""

from __future__ import annotations

import time
from collections.abc import Collection
from concurrent.futures import Future
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.embedding.fingerprint import ModelFingerprint
from ingest.index import index_messages
from ingest.index.index_messages import PATIENCE_S, PAUSE_S
from ingest.index.owner_lock import IndexOwner
from ingest.index.vector_index import FOLDER
from ingest.processes.child import Child, ChildExited, environment_without
from ingest.processes.keeper import Keeper
from ingest.settings import IngestSettings


class RemoteIndex:
    """Asks the index worker, which runs until `close`. Safe to use from several threads.

    The worker starts at once and does its imports while this process finds out what to `open`.

    Args:
        owner: the lock, which both processes hold from now on.
        hidden: names of environment variables that the child must not see: keys and tokens of its parent.
    """

    def __init__(self, settings: IngestSettings, owner: IndexOwner, hidden: Collection[str] = ()) -> None:
        plain, environment = settings.as_json(), environment_without(hidden)
        self._model: Future[str] = Future()

        def greeting() -> dict[str, Any]:
            return {"settings": plain, "model": self._model.result()}

        def start() -> Child:
            return Child(
                "ingest.workers.index_worker", environment=environment, greeting=greeting, inherited=(owner.fileno(),)
            )

        self._place = str(settings.data_dir / FOLDER)
        self._keeper = Keeper(start, "the index's process")

    @property
    def pid(self) -> int | None:
        """The child's process id; None while it is being restarted."""
        return self._keeper.pid

    def open(self, model: ModelFingerprint) -> None:
        """Open the index of this model's vectors; return once it can be queried.

        Raises:
            CatalogueError, VectorIndexError, ModelMismatchError: it cannot be opened.
        """
        self._model.set_result(model.to_json())
        self._ask({})

    def query(self, vector: npt.NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """See `VectorIndex.query`.

        Raises:
            VectorIndexError: the index failed, or its process ended and did not restart in time.
        """
        return index_messages.nearest(*self._ask(*index_messages.query(vector, k)))

    def close(self) -> None:
        """Let the child finish its write, then end it. A second call does nothing."""
        if not self._model.done():
            self._model.set_result("")  # nothing to open
        self._keeper.close()

    def _ask(self, header: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Requests change nothing, so one that was lost with its child is sent to its successor."""
        ends_at = time.monotonic() + PATIENCE_S
        while child := self._keeper.child(ends_at - time.monotonic()):
            try:
                reply, result = child.ask(header, body, max(ends_at - time.monotonic(), PAUSE_S))
            except ChildExited:
                if time.monotonic() > ends_at:
                    break
                time.sleep(PAUSE_S)
                continue
            index_messages.raise_failure(reply)
            return reply, result
        raise index_messages.nobody_answers(self._place)
