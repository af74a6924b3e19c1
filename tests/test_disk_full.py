"""A disk without room: what cannot be written is told, nothing is lost, and work goes on when there is room again."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION_ID
from ingest.embedding.encoders import Encoder
from ingest.errors import VectorIndexError
from ingest.index import chroma
from ingest.index.owner_lock import own_index
from ingest.index.remote_index import RemoteIndex
from ingest.index.vector_index import FOLDER
from ingest.settings import IngestSettings
from ingest.wiring import open_catalogue, open_corpus
from tests.full_text import check_full_text
from tests.ingest.examples import add_source, record
from tests.ingest.processes.alive import wait_for
from tests.ingest.reading.feeds import body
from tests.newsroom import ROOT

ARTICLES = 60
NO_ROOM = 400_000
"""Bytes to which a file may grow (setrlimit(2), RLIMIT_FSIZE): the empty catalogue has 280,000."""


def write_source(path: Path) -> None:
    with path.open("w") as lines:
        for n in range(ARTICLES):
            text = " ".join(body(f"{n}-{part}") for part in range(4))
            line = {"url": f"https://example.org/{n}", "title": f"Article {n}", "text": text}
            lines.write(json.dumps(line) + "\n")


@contextmanager
def ingest_without_room(data: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "ingest", "--data-dir", str(data), "run"]

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (NO_ROOM, resource.RLIM_INFINITY))

    with log.open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors, preexec_fn=bound)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Linux alone can give a running process more room")
def test_an_ingest_that_finds_no_room_says_so_and_has_everything_when_there_is_room(tmp_path: Path) -> None:
    source, data, log = tmp_path / "news.jsonl", tmp_path / "data", tmp_path / "log"
    write_source(source)
    added = [sys.executable, "-m", "ingest", "--data-dir", str(data), "add", str(source)]
    subprocess.run(added, cwd=ROOT, env=os.environ, check=True, stdout=subprocess.DEVNULL)
    with ingest_without_room(data, log) as process:
        wait_for(lambda: log.stat().st_size)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        with Catalogue.open(f"sqlite:///{data / 'catalogue.db'}") as catalogue:
            wait_for(lambda: catalogue.articles.count() == ARTICLES)
            wait_for(lambda: catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID)) == 0)
            check_full_text(catalogue)
            with catalogue.database.read() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert "on a disk with room" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_the_index_is_not_written_to_a_disk_that_is_nearly_full_and_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_corpus(IngestSettings.load(data_dir=tmp_path), "test") as corpus:
        corpus.catalogue.articles.store(record(), add_source(corpus.catalogue).id)
        with monkeypatch.context() as patch:
            patch.setattr(chroma, "LEAST_FREE", 10**18)
            with pytest.raises(VectorIndexError, match="the disk is full") as told:
                corpus.indexer.run()
        assert told.value.retryable
        assert "Make room" in told.value.hint
        assert corpus.indexer.waiting > 0
        corpus.indexer.run()
        assert (corpus.indexer.waiting, corpus.index.count() > 0) == (0, True)


def damage(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(os.urandom(path.stat().st_size))


def test_a_damaged_index_is_made_anew_by_the_process_that_indexes_and_by_no_other(
    tmp_path: Path, encoder: Encoder
) -> None:
    settings = IngestSettings.load(data_dir=tmp_path)
    with open_corpus(settings, "test") as corpus:
        corpus.catalogue.articles.store(record(), add_source(corpus.catalogue).id)
        corpus.indexer.run()
        (before,) = corpus.index.query(encoder.encode_query("aurora"), 1)
    damage(tmp_path / FOLDER)
    with pytest.raises(VectorIndexError, match="cannot open"), open_corpus(settings, "bot ask"):
        pass
    with open_catalogue(settings) as catalogue, own_index(tmp_path, "bot") as owner:
        index = RemoteIndex(settings, owner)
        try:
            index.open(encoder.fingerprint)
            wait_for(lambda: catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID)) == 0)
            ((found, _),) = index.query(encoder.encode_query("aurora"), 1)
            assert found == before[0]
        finally:
            index.close()
