"""What is asked of the index worker and what it answers, as headers and bodies of `ingest.processes.wire`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ingest import errors
from ingest.errors import VerbatimError
from ingest.index.vector_index import VectorIndex

Message = tuple[dict[str, Any], bytes]
SOCKET_FILE = "index.sock"
"""In DATA_DIR: where the index worker answers other processes of the bot."""
PATIENCE_S = 60.0
"""How long a query waits, in seconds: long enough for a restart, which takes a second, or more if a killed index has to
recover its writes."""
PAUSE_S = 0.05
"""How often to look for the successor of a worker that ended, in seconds."""


def query(vector: npt.NDArray[np.float32], k: int) -> Message:
    """Ask for the `k` nearest to a vector."""
    return {"k": k}, vector.astype(np.float32).tobytes()


def answer(index: VectorIndex, request: dict[str, Any], vector: bytes) -> Message:
    """The reply to `query`; to a request of nothing it is nothing, once the index is open."""
    match request:
        case {"k": int(k)}:
            try:
                found = index.query(np.frombuffer(vector, dtype=np.float32), k)
            except VerbatimError as error:
                return failure(error), b""
            return {"ids": [id_ for id_, _ in found]}, np.array([c for _, c in found], dtype=np.float32).tobytes()
        case _:
            return {}, b""


def nearest(reply: dict[str, Any], cosines: bytes) -> list[tuple[str, float]]:
    """What `answer` found.

    Raises:
        VerbatimError: the index failed.
    """
    raise_failure(reply)
    return list(zip(reply["ids"], np.frombuffer(cosines, dtype=np.float32).tolist(), strict=True))


def failure(error: VerbatimError) -> dict[str, Any]:
    """An error in a form that the other process can raise again."""
    parts = [error.what, error.which, error.why]
    return {"error": type(error).__name__, "parts": parts, "hint": error.hint, "retryable": error.retryable}


def raise_failure(reply: dict[str, Any]) -> None:
    """Raise the error in a reply, if there is one."""
    if "error" in reply:
        kind: type[VerbatimError] = getattr(errors, reply["error"])
        raise kind(*reply["parts"], hint=reply["hint"], retryable=reply["retryable"])


def nobody_answers(place: str) -> errors.VectorIndexError:
    """The error of a query that waited `PATIENCE_S` for nothing."""
    why = "its process ended, or does not answer"
    hint = "Try again in a minute. The log says why it ended."
    return errors.VectorIndexError("the index failed", place, why, hint=hint, retryable=True)
