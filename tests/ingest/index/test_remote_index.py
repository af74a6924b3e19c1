"""The index in a process of its own: it takes up what is embedded, and neither process's death loses or frees it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION_ID
from ingest.embedding.encoders import Encoder
from ingest.errors import IndexHeldError, ModelMismatchError
from ingest.index.embedder import Embedder
from ingest.index.index_messages import SOCKET_FILE
from ingest.index.owner_lock import holder, own_index
from ingest.index.remote_index import RemoteIndex
from ingest.index.shared_index import SharedIndex
from ingest.settings import IngestSettings
from ingest.wiring import open_catalogue, open_corpus
from tests.ingest.examples import add_source, record
from tests.ingest.processes.alive import is_alive, wait_for

NAMES = ("aurora", "borealis", "cumulus")
ANYWHERE = np.full(384, 384**-0.5, dtype=np.float32)
PARENT = """
import sys, time
from ingest.index.remote_index import RemoteIndex
from ingest.embedding.encoders import open_encoder
from ingest.index.owner_lock import own_index
from ingest.settings import IngestSettings
settings = IngestSettings.load(data_dir=sys.argv[1])
encoder, owner = open_encoder(settings), own_index(settings.data_dir, "bot")
index = RemoteIndex(settings, owner)
index.open(encoder.fingerprint)
index.query(encoder.encode_query("aurora"), 9)
print(index.pid, "chromadb" in sys.modules, flush=True)
time.sleep(600)
"""


def store(catalogue: Catalogue, encoder: Encoder) -> None:
    """Stored and embedded, as the reading process leaves it."""
    source = add_source(catalogue)
    for name in NAMES:
        catalogue.articles.store(record(f"https://example.org/{name}", f"The {name} model is out."), source.id)
    Embedder(catalogue, encoder).run()


def is_taken_up(catalogue: Catalogue) -> bool:
    collection = catalogue.facts.get(COLLECTION_ID)
    return collection is not None and catalogue.backlog.count(collection) == 0


def test_what_is_embedded_is_found_and_the_death_of_the_process_loses_and_frees_nothing(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    settings = IngestSettings.load(data_dir=tmp_path)
    with open_catalogue(settings) as catalogue, own_index(tmp_path, "bot") as owner:
        store(catalogue, encoder)
        index = RemoteIndex(settings, owner, hidden={"DISCORD_TOKEN"})
        try:
            index.open(encoder.fingerprint)
            wait_for(lambda: is_taken_up(catalogue))
            before = index.query(encoder.encode_query("What is aurora?"), 3)
            assert [chunk_id for chunk_id, _ in before[:1]] == [f"{record('https://example.org/aurora').id}:1:0"]
            assert b"DISCORD_TOKEN" not in Path(f"/proc/{index.pid}/environ").read_bytes()
            first = index.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            with pytest.raises(IndexHeldError, match=f"process {os.getpid()} "):
                own_index(tmp_path, "bot ask")
            assert index.query(encoder.encode_query("What is aurora?"), 3) == before
            assert index.pid != first
        finally:
            index.close()
    assert holder(tmp_path) is None


def test_with_its_parent_killed_it_ends_and_the_next_owner_finds_everything(tmp_path: Path, encoder: Encoder) -> None:
    settings = IngestSettings.load(data_dir=tmp_path)
    with open_catalogue(settings) as catalogue:
        store(catalogue, encoder)
        command = [sys.executable, "-c", PARENT, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout is not None
            pid, chroma_is_loaded = parent.stdout.readline().split()
            wait_for(lambda: is_taken_up(catalogue))
            parent.kill()
        assert chroma_is_loaded == "False", "Chroma stays out of the process that answers people"
    with open_corpus(settings, "ingest run") as corpus:  # at once: it waits for the child to end
        assert not is_alive(int(pid))
        assert len(corpus.index.query(ANYWHERE, 9)) == len(NAMES)
        assert corpus.indexer.waiting == 0


def test_why_it_cannot_be_opened_is_reported_as_if_it_were_open_here(tmp_path: Path, encoder: Encoder) -> None:
    settings = IngestSettings.load(data_dir=tmp_path)
    with open_corpus(settings, "tests"):
        pass
    other = replace(encoder.fingerprint, name="another-model")
    with own_index(tmp_path, "bot") as owner:
        index = RemoteIndex(settings, owner)
        try:
            with pytest.raises(ModelMismatchError, match="the settings name another-model") as refused:
                index.open(other)
        finally:
            index.close()
    assert "EMBEDDING_MODEL" in refused.value.hint


def test_closed_before_it_was_opened_it_ends(tmp_path: Path) -> None:
    with own_index(tmp_path, "bot") as owner:
        index = RemoteIndex(IngestSettings.load(data_dir=tmp_path), owner)
        index.close()
        index.close()
        assert index.pid is None
    assert holder(tmp_path) is None


def test_a_process_beside_the_owner_finds_the_same_and_outlives_the_index_worker(
    tmp_path: Path, encoder: Encoder
) -> None:
    settings = IngestSettings.load(data_dir=tmp_path)
    with open_catalogue(settings) as catalogue, own_index(tmp_path, "bot") as owner:
        store(catalogue, encoder)
        with closing(RemoteIndex(settings, owner)) as index, closing(SharedIndex(tmp_path)) as beside:
            index.open(encoder.fingerprint)
            wait_for(lambda: is_taken_up(catalogue))
            vector = encoder.encode_query("What is aurora?")
            assert beside.query(vector, 3) == index.query(vector, 3) != []
            assert stat.S_IMODE((tmp_path / SOCKET_FILE).stat().st_mode) == 0o600
            os.kill(index.pid or 0, signal.SIGKILL)
            assert beside.query(vector, 3) == index.query(vector, 3)
    assert not (tmp_path / SOCKET_FILE).exists()
