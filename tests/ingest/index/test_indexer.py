"""The indexer, with the real encoder and Chroma: killed anywhere it continues; nothing is lost, nothing is twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import select

from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION
from ingest.catalogue.leases import Leaseholder
from ingest.catalogue.schema import chunks
from ingest.embedding.encoders import Encoder, TextEncoder
from ingest.embedding.fingerprint import ModelFingerprint
from ingest.index import indexer as indexer_module
from ingest.index.collection import rebuild_index, remember_collection
from ingest.index.embedder import Embedder
from ingest.index.index_feeder import IndexFeeder
from ingest.index.indexer import Indexer
from ingest.index.vector_index import FOLDER, VectorIndex
from ingest.processes.identity import this_process
from ingest.settings import IngestSettings
from tests.ingest.examples import NOW, add_source, record

NAMES = ("aurora", "borealis", "cumulus")


class Killed(Exception):
    """Stands for kill -9: whatever was under way is left as it is."""


@dataclass
class Dying:
    """The real thing, until `last` has been done; then the process is gone."""

    real: Any
    last: str

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.real, name)
        return self._die_after(attribute) if name == self.last else attribute

    @staticmethod
    def _die_after(call: Callable[..., object]) -> Callable[..., object]:
        def dying(*arguments: object) -> None:
            call(*arguments)
            raise Killed

        return dying


@dataclass
class Counting:
    """An encoder that counts the texts it was given."""

    real: Encoder
    texts: int = 0

    @property
    def fingerprint(self) -> ModelFingerprint:
        return self.real.fingerprint

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.texts += len(texts)
        return self.real.encode(texts)


@contextmanager
def opened(folder: Path, encoder: TextEncoder) -> Iterator[tuple[Catalogue, VectorIndex]]:
    """A corpus as `open_corpus` opens it, with the tests' encoder."""
    with Catalogue.open(f"sqlite:///{folder / 'catalogue.db'}") as catalogue:
        index = VectorIndex.open(
            data_dir=folder,
            chroma_url="",
            collection=catalogue.facts.get(COLLECTION),
            fingerprint=encoder.fingerprint,
        )
        try:
            remember_collection(catalogue, index)
            yield catalogue, index
        finally:
            index.close()


def store(catalogue: Catalogue, version: str = "first") -> None:
    source = add_source(catalogue)
    for name in NAMES:
        text = f"The {name} model is out in its {version} version. It is about {name}s."
        catalogue.articles.store(record(f"https://example.org/{name}", text, title=name), source.id)


def stored(catalogue: Catalogue) -> list[str]:
    with catalogue.database.read() as connection:
        return sorted(connection.execute(select(chunks.c.id)).scalars())


def indexed(index: VectorIndex) -> list[str]:
    anywhere = np.full(384, 384**-0.5, dtype=np.float32)
    return sorted(chunk_id for chunk_id, _ in index.query(anywhere, 100))


@pytest.mark.parametrize(
    ("part", "last"),
    [
        ("encoder", "encode"),
        ("backlog", "keep_vectors"),
        ("index", "upsert"),
        ("backlog", "mark"),
        ("index", "delete"),
        ("backlog", "drop_stale"),
    ],
)
def test_killed_after_any_step_the_next_run_ends_with_every_chunk_once(
    tmp_path: Path, encoder: Encoder, part: str, last: str
) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        if last in ("delete", "drop_stale"):  # steps that only changed articles bring about
            store(catalogue)
            Indexer(catalogue, encoder, index).run()
        store(catalogue, "second")
        parts: dict[str, Any] = {"encoder": encoder, "index": index, "backlog": catalogue.backlog}
        parts[part] = Dying(parts[part], last)
        dying: Any = Dying(catalogue, "")
        dying.backlog = parts["backlog"]
        with pytest.raises(Killed):
            Indexer(dying, parts["encoder"], parts["index"]).run()
    with opened(tmp_path, encoder) as (catalogue, index):
        indexer = Indexer(catalogue, encoder, index)
        indexer.run()
        assert indexer.waiting == 0
        assert catalogue.backlog.stale(10) == []
        assert indexed(index) == stored(catalogue)
        assert len(stored(catalogue)) == len(NAMES)


def test_each_chunk_is_found_by_its_own_meaning(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        assert Indexer(catalogue, encoder, index).run() == len(NAMES)
        for name in NAMES:
            ((nearest, _),) = index.query(encoder.encode([f"What is {name}?"])[0], 1)
            assert nearest == f"{record(f'https://example.org/{name}').id}:1:0"


def test_what_another_process_embeds_is_taken_up_without_the_model(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        shelving = IndexFeeder(catalogue, index, encoder.fingerprint.digest)
        assert shelving.run() == 0, "nothing is embedded yet, and embedding is not its business"
        assert Embedder(catalogue, encoder).run() == len(NAMES)
        assert shelving.run(stop=lambda: True) == 0
        assert shelving.run() == len(NAMES)
        assert indexed(index) == stored(catalogue)
        assert Embedder(catalogue, encoder).run() == Indexer(catalogue, encoder, index).waiting == 0


def test_sentences_have_vectors_of_their_own_text(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        Indexer(catalogue, encoder, index).run()
        held = catalogue.chunks.load(stored(catalogue), encoder.fingerprint.digest)
    for chunk in held.values():
        texts = [chunk.text[s.start - chunk.span.start : s.end - chunk.span.start] for s in chunk.sentences]
        assert chunk.sentence_vectors is not None
        assert len(texts) == 2
        np.testing.assert_allclose(chunk.sentence_vectors, encoder.encode(texts), atol=2e-3)


def test_an_edit_takes_the_old_text_out_of_the_index(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        indexer = Indexer(catalogue, encoder, index)
        indexer.run()
        catalogue.articles.forget(record("https://example.org/aurora").id, NOW)
        store(catalogue, "second")
        indexer.run()
        assert indexed(index) == stored(catalogue)
        assert all(chunk_id.split(":")[1] == "2" for chunk_id in indexed(index))


def test_a_deleted_index_is_made_again_from_stored_vectors(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        Indexer(catalogue, encoder, index).run()
    shutil.rmtree(tmp_path / FOLDER)
    counting = Counting(encoder)
    with opened(tmp_path, counting) as (catalogue, index):
        indexer = Indexer(catalogue, counting, index)
        assert indexer.waiting == len(NAMES)
        indexer.run()
        assert indexed(index) == stored(catalogue)
    assert counting.texts == 0


def test_an_index_of_another_corpus_is_not_taken_for_ours(tmp_path: Path, encoder: Encoder) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, version in ((ours, "first"), (theirs, "another")):
        with opened(folder, encoder) as (catalogue, index):
            store(catalogue, version)
            Indexer(catalogue, encoder, index).run()
    shutil.rmtree(ours / FOLDER)
    shutil.copytree(theirs / FOLDER, ours / FOLDER)
    with opened(ours, encoder) as (catalogue, index):
        indexer = Indexer(catalogue, encoder, index)
        assert indexer.waiting == len(NAMES)
        assert indexer.run() == len(NAMES)
        assert indexed(index) == stored(catalogue)


def test_it_stops_between_batches_and_goes_on_later(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        indexer = Indexer(catalogue, encoder, index)
        assert indexer.run(stop=lambda: True) == 0
        told: list[int] = []
        assert indexer.run(progress=told.append) == sum(told) == len(NAMES)


def test_rebuild_switches_to_a_new_collection_that_holds_everything(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        Indexer(catalogue, encoder, index).run()
        old = index.name
    assert rebuild_index(IngestSettings.load(data_dir=tmp_path), lambda _: None) == len(NAMES)
    with opened(tmp_path, encoder) as (catalogue, index):
        assert index.name != old
        assert indexed(index) == stored(catalogue)
        assert Indexer(catalogue, encoder, index).waiting == 0
        assert [path.name for path in (tmp_path / FOLDER).iterdir() if old in path.name] == []


def test_a_rebuild_killed_before_the_switch_leaves_the_old_index_whole(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        store(catalogue)
        Indexer(catalogue, encoder, index).run()
        old = index.name

    def killed(_: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        rebuild_index(IngestSettings.load(data_dir=tmp_path), killed)
    with opened(tmp_path, encoder) as (catalogue, index):
        assert index.name == old
        Indexer(catalogue, encoder, index).run()
        assert indexed(index) == stored(catalogue)


def many(catalogue: Catalogue, count: int) -> None:
    source = add_source(catalogue)
    for n in range(count):
        catalogue.articles.store(record(f"https://example.org/{n}", f"Model {n} has {n * 7} parameters."), source.id)


def test_workers_for_one_server_share_the_backlog_and_do_nothing_twice(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer_module, "BATCH", 8)
    with opened(tmp_path, encoder) as (catalogue, index), ThreadPoolExecutor() as pool:
        many(catalogue, 60)
        encoders = [Counting(encoder) for _ in range(3)]
        workers = [Indexer(catalogue, e, index, Leaseholder(catalogue.leases, "test", lambda: NOW)) for e in encoders]
        done = list(pool.map(Indexer.run, workers))
        assert sum(done) == 60
        assert sum(counting.texts for counting in encoders) == 2 * 60  # the chunk and its only sentence
        assert (workers[0].waiting, index.count(), catalogue.leases.holders(NOW)) == (0, 60, {})


def test_a_worker_waits_for_what_another_one_has_and_takes_it_when_that_dies(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path, encoder) as (catalogue, index):
        many(catalogue, 3)
        other = this_process("test")
        names = [f"chunk:{index.collection_id}:{n}" for n in (1, 2)]
        catalogue.leases.take(names, "other", other, NOW)
        stops = iter([False, False, True])
        worker = Indexer(catalogue, encoder, index, Leaseholder(catalogue.leases, "test", lambda: NOW))
        assert worker.run(stop=stops.__next__) == 1
        assert worker.waiting == 2
        catalogue.leases.give_back("other")
        catalogue.leases.take(names, "dead", replace(other, started="1"), NOW)
        assert worker.run() == 2
