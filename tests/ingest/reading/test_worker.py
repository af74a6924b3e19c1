"""The worker that stays: it takes up what others store, and one failure does not end it."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.embedding.encoders import Encoder
from ingest.errors import VectorIndexError
from ingest.index.indexer import Indexer
from ingest.index.vector_index import VectorIndex
from ingest.parse.documents import ParsersHere
from ingest.processes.lifetime import TICK_S, repeat
from ingest.reading.worker import Worker
from ingest.settings import IngestSettings
from ingest.wiring import make_pipeline, open_fetcher

GENEROUS_S = 60  # a test waits for an event; this only ends a run that would hang
STORE = """
import sys
from ingest.catalogue import Catalogue
from tests.ingest.examples import add_source, record
with Catalogue.open(sys.argv[1]) as catalogue:
    catalogue.articles.store(record(), add_source(catalogue).id)
"""


class Telling(Indexer):
    """An indexer that says when it has indexed something."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder, index: VectorIndex) -> None:
        super().__init__(catalogue, encoder, index)
        self.indexed = threading.Event()

    def run(self, progress: Callable[[int], None] = lambda _: None, stop: Callable[[], bool] = lambda: False) -> int:
        done = super().run(progress, stop)
        if done:
            self.indexed.set()
        return done


@contextmanager
def staying(settings: IngestSettings, catalogue: Catalogue, indexer: Indexer | None) -> Iterator[None]:
    stop = threading.Event()
    with open_fetcher(settings) as fetcher:
        worker = Worker(
            catalogue, make_pipeline(settings, catalogue, fetcher, ParsersHere()), indexer, settings.fetch_workers
        )
        thread = threading.Thread(target=worker.stay, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def test_the_owner_of_the_index_takes_up_what_another_process_stored(
    tmp_path: Path, catalogue: Catalogue, encoder: Encoder
) -> None:
    assert TICK_S < 5
    index = VectorIndex.open(data_dir=tmp_path, chroma_url="", collection=None, fingerprint=encoder.fingerprint)
    indexer = Telling(catalogue, encoder, index)
    with staying(IngestSettings.load(data_dir=tmp_path), catalogue, indexer):
        root = Path(__file__).parents[3]
        subprocess.run([sys.executable, "-c", STORE, f"sqlite:///{tmp_path / 'catalogue.db'}"], check=True, cwd=root)
        assert indexer.indexed.wait(GENEROUS_S)
        assert index.count() == 1
    index.close()


def test_a_file_that_is_added_while_it_runs_is_read(tmp_path: Path, catalogue: Catalogue) -> None:
    from ingest.clock import utc_now
    from ingest.reading.registry import Registry

    settings = IngestSettings.load(data_dir=tmp_path)
    note = tmp_path / "note.md"
    note.write_text("Aurora is a model.")
    read = threading.Event()
    stop = threading.Event()
    with open_fetcher(settings) as fetcher:
        worker = Worker(
            catalogue, make_pipeline(settings, catalogue, fetcher, ParsersHere()), None, settings.fetch_workers
        )
        thread = threading.Thread(target=worker.stay, args=(stop, lambda _: read.set()))
        thread.start()
        Registry(catalogue, fetcher, ParsersHere()).add(str(note), utc_now() - timedelta(seconds=1))
        assert read.wait(GENEROUS_S)
        stop.set()
        thread.join()
    assert catalogue.articles.count() == 1


@pytest.mark.parametrize("failure", [VectorIndexError("cannot reach", "the index", "away"), ZeroDivisionError()])
def test_work_that_failed_is_logged_and_retried(caplog: pytest.LogCaptureFixture, failure: Exception) -> None:
    class Impatient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return self.is_set()

    stop, tries = Impatient(), iter((failure, None))

    def work() -> None:
        problem = next(tries)
        if problem is not None:
            raise problem
        stop.set()

    with caplog.at_level(logging.ERROR):
        repeat(stop, work)
    (told,) = caplog.records
    assert str(failure) in told.getMessage() or told.exc_info is not None
