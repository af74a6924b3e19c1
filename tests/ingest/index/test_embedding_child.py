"""Embedding in a process of its own: it is there while there is work, and no other ingest process loads a model."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.embedding.encoders import Encoder
from ingest.embedding.packaged_model import PACKAGED
from ingest.index import embedding_child
from ingest.index.embedder import Embedder
from ingest.index.embedding_child import EmbeddingChild
from ingest.processes import lifetime
from ingest.settings import IngestSettings
from ingest.workers import embed_worker, keep_reading
from tests.ingest.examples import add_source, record
from tests.ingest.processes.alive import is_alive, wait_for


def store(catalogue: Catalogue, name: str) -> None:
    article = record(f"https://example.org/{name}", f"The {name} model is out.")
    catalogue.articles.store(article, add_source(catalogue).id)


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def runs_a_model(pid: int) -> bool:
    return "onnxruntime" in Path(f"/proc/{pid}/maps").read_text()


def embedding(catalogue: Catalogue, settings: IngestSettings) -> EmbeddingChild:
    return EmbeddingChild(catalogue.backlog, catalogue.facts, PACKAGED.digest, settings)


def test_only_the_embedding_process_loads_a_model_and_it_ends_with_the_reading_process(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    store(catalogue, "aurora")
    with closing(keep_reading(IngestSettings.load(data_dir=tmp_path), PACKAGED.digest)) as keeper:
        wait_for(lambda: catalogue.backlog.next("", PACKAGED.digest, 10, embedded=True))
        reading = keeper.pid
        assert reading is not None
        (embeds,) = children(reading)
        assert (runs_a_model(embeds), runs_a_model(reading)) == (True, False)
    wait_for(lambda: not is_alive(embeds))


def test_a_stop_ends_the_embedding_process(tmp_path: Path, catalogue: Catalogue) -> None:
    store(catalogue, "aurora")
    work = embedding(catalogue, IngestSettings.load(data_dir=tmp_path))
    assert work.waiting == 1
    assert work.run(stop=lambda: work.waiting == 0) == 1


def test_with_nothing_to_embed_no_process_is_started(
    tmp_path: Path, catalogue: Catalogue, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(catalogue, "aurora")
    Embedder(catalogue, encoder).run()
    monkeypatch.setattr(embedding_child, "Child", None)
    assert embedding(catalogue, IngestSettings.load(data_dir=tmp_path)).run() == 0


def test_an_embedding_process_that_fails_is_told_and_not_tried_again_at_once(
    tmp_path: Path, catalogue: Catalogue, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(catalogue, "aurora")
    broken = IngestSettings.load(data_dir=tmp_path, embedding_model=str(tmp_path / "no-model"))
    work = embedding(catalogue, broken)
    assert work.run() == 0
    assert "embedding ended (exit code 1)" in caplog.text
    monkeypatch.setattr(embedding_child, "Child", None)
    assert work.run() == 0


def test_the_embedding_process_ends_after_a_while_without_work_and_not_before(
    catalogue: Catalogue, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed_worker, "IDLE_S", 1.0)
    monkeypatch.setattr(lifetime, "TICK_S", 0.05)
    threading.Timer(0.6, store, (catalogue, "borealis")).start()
    began = time.monotonic()
    embed_worker.work(Embedder(catalogue, encoder), threading.Event())
    assert catalogue.backlog.without_vector("", PACKAGED.digest) == 0
    assert time.monotonic() - began > 1.5
