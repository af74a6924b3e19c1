"""A parse worker: answers requests on its standard input, a socket, until that is closed.

    python -m ingest.sandbox.parse_worker SECONDS BYTES

Its limits hold even if its parent is gone: the kernel kills it if a document takes too long (setitimer), and limits
its memory (RLIMIT_AS). It writes no core dumps, which would contain the documents.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
import sys

from ingest.errors import ParseError
from ingest.parse.documents import ParsersHere
from ingest.processes.wire import BrokenWireError, receive, send
from ingest.sandbox import replies


def main() -> None:
    seconds, memory = float(sys.argv[1]), int(sys.argv[2])
    channel = socket.socket(fileno=0)
    _import_parsers()
    _bound_memory(memory)
    with contextlib.suppress(BrokenWireError, OSError):
        send(channel, {"ready": True})
        while True:
            header, body = receive(channel)
            signal.setitimer(signal.ITIMER_REAL, seconds)
            reply, result = _answer(header, body)
            send(channel, reply, result)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _import_parsers() -> None:
    """Import everything before the first document, so that imports do not count towards its time."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: F401
    import trafilatura  # noqa: F401

    import ingest.parse.feed
    import ingest.parse.page
    import ingest.parse.pdf
    import ingest.parse.transcript
    import ingest.parse.video_page  # noqa: F401


def _bound_memory(memory: int) -> None:
    """If the system has no such limit (macOS), only the time limit holds."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _answer(header: dict[str, object], body: bytes) -> tuple[dict[str, object], bytes]:
    try:
        result = getattr(ParsersHere(), str(header["parser"]))(body, **_words(header["words"]))
        return {"done": True}, replies.written(result)
    except ParseError as error:
        return {"kind": error.kind.value, "error": [error.what, error.which, error.why, error.hint]}, b""
    except MemoryError:
        return {"memory": True}, b""
    except Exception as error:  # whatever it is, only this document fails
        return {"crash": f"{type(error).__name__}: {error}"[:300]}, b""


def _words(words: object) -> dict[str, str | None]:
    return words if isinstance(words, dict) else {}


if __name__ == "__main__":
    main()
