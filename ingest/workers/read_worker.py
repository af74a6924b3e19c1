"""The read worker: reads due sources and stores their articles, until its parent or SIGTERM stops it.

    python -m ingest.workers.read_worker

Only `keep_reading` starts it. It has what it stored embedded by the embed worker, which it starts when there is
something to embed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from ingest.cli.terminal import run
from ingest.index.embedding_child import EmbeddingChild
from ingest.processes import lifetime
from ingest.reading.worker import Worker
from ingest.settings import IngestSettings
from ingest.wiring import make_pipeline, open_catalogue, open_documents, open_fetcher

_NICENESS = 10
"""Answers have priority for the processor (nice(2))."""


def main(_: object = None) -> int:
    os.nice(_NICENESS)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    channel, greeting = lifetime.attach_to_parent()
    threading.Thread(target=lifetime.stop_at_its_end, args=(channel, stop), daemon=True).start()
    threading.Thread(target=lifetime.end_in_time, args=(stop,), daemon=True).start()
    settings = IngestSettings(**greeting["settings"])
    with (
        open_catalogue(settings) as catalogue,
        open_fetcher(settings) as fetcher,
        open_documents(settings) as documents,
    ):
        pipeline = make_pipeline(settings, catalogue, fetcher, documents)
        embedding = EmbeddingChild(catalogue.backlog, catalogue.facts, greeting["model"], settings)
        worker = Worker(catalogue, pipeline, embedding, settings.fetch_workers, command="bot")
        worker.stay(stop)
    return 0


if __name__ == "__main__":
    sys.exit(run(main, []))
