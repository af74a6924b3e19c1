"""The reading process: reads what is due, stores and embeds it, until its standard input or SIGTERM ends it.

    python -m ingest.apart.child

Started by `keeper` only, which owns the index and takes up what is embedded here.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time

from ingest.corpus.embedding import open_encoder
from ingest.indexing.embedder import Embedder
from ingest.settings import IngestSettings
from ingest.terminal import run
from ingest.wiring import make_pipeline, open_catalogue, open_documents, open_fetcher
from ingest.work.worker import Worker

GRACE_S = 5.0
"""How long a stop waits for an entry or a batch under way. More is not needed: what is not stored is read again."""
_NICENESS = 10
"""Answers come first where both want the processor (nice(2))."""
_STDIN = 0


def main(_: object = None) -> int:
    os.nice(_NICENESS)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    settings = IngestSettings(**json.loads(_first_line()))
    for watch in (_stop_with_parent, _end_in_time):
        threading.Thread(target=watch, args=(stop,), daemon=True).start()
    with (
        open_catalogue(settings) as catalogue,
        open_fetcher(settings) as fetcher,
        open_documents(settings) as documents,
    ):
        pipeline = make_pipeline(settings, catalogue, fetcher, documents)
        embedder = Embedder(catalogue, open_encoder(settings))
        worker = Worker(catalogue, pipeline, embedder, settings.fetch_workers, command="bot")
        worker.stay(stop)
    return 0


def _first_line() -> bytes:
    """Read by bytes: a buffer would be locked by its reader when the process ends."""
    line = b""
    while not line.endswith(b"\n") and (more := os.read(_STDIN, 65_536)):
        line += more
    return line


def _stop_with_parent(stop: threading.Event) -> None:
    while os.read(_STDIN, 1):
        pass
    stop.set()


def _end_in_time(stop: threading.Event) -> None:
    stop.wait()
    time.sleep(GRACE_S)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(run(main, []))
