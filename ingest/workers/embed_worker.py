"""The embed worker: embeds what waits, and ends when nothing has come for a while, its parent ends or SIGTERM comes.

    python -m ingest.workers.embed_worker

Only `EmbeddingChild` starts it, in the read worker, whose priority it has. The index worker indexes what it embeds.
"""

from __future__ import annotations

import signal
import sys
import threading
import time

from ingest.cli.terminal import run
from ingest.embedding.encoders import open_encoder
from ingest.index.embedder import Embedder
from ingest.processes import lifetime
from ingest.settings import IngestSettings
from ingest.wiring import open_catalogue

IDLE_S = 60.0
"""How long to stay loaded with nothing to do, in seconds: a round of feeds brings its articles one after the other."""


def main(_: object = None) -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    channel, greeting = lifetime.attach_to_parent()
    threading.Thread(target=lifetime.stop_at_its_end, args=(channel, stop), daemon=True).start()
    threading.Thread(target=lifetime.end_in_time, args=(stop,), daemon=True).start()
    settings = IngestSettings(**greeting["settings"])
    with open_catalogue(settings) as catalogue:
        work(Embedder(catalogue, open_encoder(settings)), stop)
    return 0


def work(embedder: Embedder, stop: threading.Event) -> None:
    """Embed until there has been nothing to embed for `IDLE_S` seconds, or `stop` is set."""
    worked_at = time.monotonic()
    while not stop.is_set() and time.monotonic() < worked_at + IDLE_S:
        if embedder.run(stop=stop.is_set):
            worked_at = time.monotonic()
        stop.wait(lifetime.TICK_S)


if __name__ == "__main__":
    sys.exit(run(main, []))
