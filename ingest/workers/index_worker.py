"""The index worker: has the embedded index open, answers queries, and indexes what the read worker embeds.

    python -m ingest.workers.index_worker

Only `RemoteIndex` starts it. It inherits the lock on the index, so others are kept out until both have ended. It ends
with its parent and ignores signals, so that a parent that is finishing its answers can still query it. The parent's
answer workers ask it too, through a socket in DATA_DIR (`SharedIndex`).
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ingest.cli.terminal import run
from ingest.embedding.fingerprint import ModelFingerprint
from ingest.errors import VerbatimError
from ingest.index import index_messages
from ingest.index.chroma import load_chroma
from ingest.index.collection import open_index
from ingest.index.index_feeder import IndexFeeder
from ingest.index.vector_index import VectorIndex
from ingest.processes import lifetime
from ingest.processes.lifetime import repeat
from ingest.processes.local_socket import is_ours, listening
from ingest.processes.wire import BrokenWireError, receive, send
from ingest.settings import IngestSettings
from ingest.wiring import open_catalogue

_REFUSING_S = 30.0


def main(_: object = None) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    load_chroma()
    channel, greeting = lifetime.attach_to_parent()
    if not greeting["model"]:
        return 0
    settings, model = IngestSettings(**greeting["settings"]), ModelFingerprint.from_json(greeting["model"])
    code = 0
    with suppress(BrokenWireError, OSError):
        try:
            with _fed_index(settings, model) as index, _shared(settings.data_dir, index):
                _answer_all(channel, index)
        except VerbatimError as error:
            code = error.exit_code
            _refuse(channel, error)
    return code


@contextmanager
def _fed_index(settings: IngestSettings, model: ModelFingerprint) -> Iterator[VectorIndex]:
    """Open the index, and feed it in a thread with what the read worker embeds until the `with` block ends."""
    stop = threading.Event()
    with ExitStack() as stack:
        catalogue = stack.enter_context(open_catalogue(settings))
        index = open_index(settings, catalogue, model, replace_damaged=True)
        stack.callback(index.close)
        feeder = IndexFeeder(catalogue, index, model.digest)
        thread = threading.Thread(target=repeat, args=(stop, lambda: feeder.run(stop.is_set)), name="indexing")
        threading.Thread(target=lifetime.end_in_time, args=(stop,), daemon=True).start()
        thread.start()
        stack.callback(thread.join)
        stack.callback(stop.set)
        yield index


def _answer_all(channel: socket.socket, index: VectorIndex) -> None:
    """Answer what comes through a channel until its other side is gone.

    Raises:
        BrokenWireError, OSError: it is.
    """
    while True:
        send(channel, *index_messages.answer(index, *receive(channel)))


@contextmanager
def _shared(data_dir: Path, index: VectorIndex) -> Iterator[None]:
    """Answer whoever connects to the socket in the data folder, each in a thread, until the `with` block ends."""
    opened = listening(data_dir, index_messages.SOCKET_FILE, "share the index with answer workers")
    threading.Thread(target=_accept, args=(opened, index), name="sharing", daemon=True).start()
    try:
        yield
    finally:
        (data_dir / index_messages.SOCKET_FILE).unlink(missing_ok=True)


def _accept(opened: socket.socket, index: VectorIndex) -> None:
    while True:
        channel, _ = opened.accept()
        threading.Thread(target=_answer_one, args=(channel, index), name="shared", daemon=True).start()


def _answer_one(channel: socket.socket, index: VectorIndex) -> None:
    with channel, suppress(BrokenWireError, OSError):
        if is_ours(channel):
            _answer_all(channel, index)


def _refuse(channel: socket.socket, error: VerbatimError) -> None:
    """Answer every request with the reason why the index cannot be opened, for a while; then a new process may try."""
    ends_at = time.monotonic() + _REFUSING_S
    while time.monotonic() < ends_at:
        receive(channel, ends_at)
        send(channel, index_messages.failure(error))


if __name__ == "__main__":
    sys.exit(run(main, []))
