"""The vector index, embedded and on a real Chroma server: what is stored is found, and damage is told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding.fingerprint import ModelFingerprint
from ingest.errors import ModelMismatchError, SettingsError, VectorIndexError
from ingest.index import chroma
from ingest.index.vector_index import FOLDER, VectorIndex
from tests.ingest.index.vectors import MODEL, D, unit_rows
from tests.servers.chroma import start_chroma

Opener = Callable[..., VectorIndex]


def names(n: int) -> list[str]:
    return [f"article:1:{i}" for i in range(n)]


@contextmanager
def closing_all(data_dir: Path, chroma_url: str) -> Iterator[Opener]:
    with ExitStack() as stack:

        def opener(collection: str | None = None, fingerprint: ModelFingerprint = MODEL) -> VectorIndex:
            index = VectorIndex.open(
                data_dir=data_dir, chroma_url=chroma_url, collection=collection, fingerprint=fingerprint
            )
            stack.callback(index.close)
            return index

        yield opener


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, url = start_chroma(tmp_path_factory.mktemp("server"))
    yield url
    process.kill()
    process.wait()


@pytest.fixture(params=["embedded", "server"])
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens indexes in one place; they are closed when the test ends."""
    url = request.getfixturevalue("server") if request.param == "server" else ""
    with closing_all(tmp_path, url) as opener:
        yield opener


@pytest.fixture
def open_embedded(tmp_path: Path) -> Iterator[Opener]:
    with closing_all(tmp_path, "") as opener:
        yield opener


def test_the_nearest_come_first_with_their_exact_cosines(open_index: Opener) -> None:
    rows, question = unit_rows(200), unit_rows(1, seed=1)[0]
    index = open_index()
    index.upsert(names(200), rows)
    found = index.query(question, 5)
    best = np.argsort(-(rows @ question))[:5]
    assert [id_ for id_, _ in found] == [f"article:1:{i}" for i in best]
    assert [cosine for _, cosine in found] == pytest.approx((rows @ question)[best], abs=1e-5)


def test_an_upsert_replaces_and_repeating_it_changes_nothing(open_index: Opener) -> None:
    index = open_index()
    index.upsert(names(3), unit_rows(3))
    for _ in range(2):
        index.upsert(names(3), unit_rows(3, seed=2))
    assert index.count() == 3
    ((found, cosine),) = index.query(unit_rows(3, seed=2)[1], 1)
    assert found == "article:1:1"
    assert cosine == pytest.approx(1.0, abs=1e-5)


def test_more_than_one_batch_of_chroma_is_taken(open_index: Opener) -> None:
    index = open_index()
    index.upsert(names(6000), unit_rows(6000))
    assert index.count() == 6000
    index.delete(names(5999))
    assert [id_ for id_, _ in index.query(unit_rows(1)[0], 10)] == ["article:1:5999"]


def test_asking_for_more_than_there_is_gives_all(open_index: Opener) -> None:
    index = open_index()
    assert index.query(unit_rows(1)[0], 10) == []
    index.upsert(names(3), unit_rows(3))
    assert len(index.query(unit_rows(1)[0], 10)) == 3


def test_nothing_to_store_and_nothing_to_delete_are_fine(open_index: Opener) -> None:
    index = open_index()
    index.upsert([], np.empty((0, D), dtype=np.float32))
    index.delete([])
    index.delete(["never:1:0"])
    assert index.count() == 0


def test_what_was_stored_is_there_when_opened_again(open_index: Opener) -> None:
    first = open_index()
    first.upsert(names(1500), unit_rows(1500))
    first.close()
    again = open_index(first.name)
    assert (again.name, again.collection_id, again.count()) == (first.name, first.collection_id, 1500)
    assert again.query(unit_rows(1500)[7], 1)[0][0] == "article:1:7"


@pytest.mark.parametrize("missing", [None, "verbatim-000000000000"])
def test_a_missing_collection_is_made_with_a_fresh_name_and_id(open_index: Opener, missing: str | None) -> None:
    first, second = open_index(missing), open_index(missing)
    assert len({first.name, second.name, missing}) == 3
    assert first.collection_id != second.collection_id


def test_another_model_is_refused_with_the_way_out(open_index: Opener) -> None:
    name = open_index().name
    for other in (replace(MODEL, weights_sha256="1" * 64), replace(MODEL, max_tokens=17)):
        with pytest.raises(ModelMismatchError, match=name) as refused:
            open_index(name, other)
        assert "python -m ingest rebuild" in refused.value.hint
    assert open_index(name).name == name


def test_a_dropped_collection_is_gone_and_the_open_one_stays(open_index: Opener) -> None:
    old, new = open_index(), open_index()
    new.upsert(names(1), unit_rows(1))
    old.close()
    for _ in range(2):
        new.drop(old.name)
    assert open_index(old.name).name != old.name
    assert new.count() == 1


@pytest.mark.parametrize("name", ["someone-elses", "verbatim-/../x", ""])
def test_only_collections_of_this_project_can_be_dropped(open_index: Opener, name: str) -> None:
    index = open_index()
    for refused in (name, index.name):
        with pytest.raises(ValueError, match="not another collection"):
            index.drop(refused)


def test_dropping_the_others_gives_their_disk_space_back(open_embedded: Opener, tmp_path: Path) -> None:
    left_over, index = open_embedded(), open_embedded()
    left_over.upsert(names(1500), unit_rows(1500))
    left_over.close()
    index.drop_others()
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [index.name]


def test_a_server_is_not_cleared_of_collections_that_may_be_anothers(server: str, tmp_path: Path) -> None:
    with closing_all(tmp_path, server) as opener:
        other, index = opener(), opener()
        index.drop_others()
        assert opener(other.name).collection_id == other.collection_id


def _garble(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def _garble_database(folder: Path) -> None:
    _garble(folder / "chroma.sqlite3")


def _garble_vectors(folder: Path) -> None:
    for path in folder.glob("*-*/*"):
        _garble(path)


def _remove_vectors(folder: Path) -> None:
    for path in folder.glob("*-*/"):
        shutil.rmtree(path)


@pytest.mark.parametrize("damage", [_garble_database, _garble_vectors, _remove_vectors])
def test_a_damaged_folder_is_reported_when_opened_and_can_be_replaced(
    open_embedded: Opener, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    index = open_embedded()
    index.upsert(names(3000), unit_rows(3000))
    index.close()
    damage(tmp_path / FOLDER / index.name)
    with pytest.raises(VectorIndexError) as told:
        open_embedded(index.name)
    assert "python -m ingest rebuild" in told.value.hint
    fresh = open_embedded()
    fresh.upsert(names(1), unit_rows(1))
    fresh.drop_others()
    assert fresh.count() == 1


_UPSERT_FOR_EVER = """
import sys
from pathlib import Path
from ingest.index.vector_index import VectorIndex
from tests.ingest.index.vectors import MODEL, unit_rows
index = VectorIndex.open(data_dir=Path(sys.argv[1]), chroma_url="", collection=None, fingerprint=MODEL)
print(index.name, flush=True)
for n in range(10_000):
    index.upsert([f"article:{n}:{i}" for i in range(100)], unit_rows(100, seed=n))
    print(n, flush=True)
"""


def test_kill_9_loses_nothing_that_was_acknowledged(open_embedded: Opener, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", _UPSERT_FOR_EVER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        while (acknowledged := int(process.stdout.readline())) < 25:
            pass
        process.send_signal(signal.SIGKILL)
    index = open_embedded(name)
    assert index.count() >= 100 * (acknowledged + 1)
    for n in range(0, acknowledged + 1, 5):
        assert index.query(unit_rows(100, seed=n)[99], 1)[0][0] == f"article:{n}:99"


def test_a_server_that_is_not_there_is_reported_with_a_hint(tmp_path: Path) -> None:
    with closing_all(tmp_path, "http://127.0.0.1:9") as opener, pytest.raises(VectorIndexError) as told:
        opener()
    assert "http://127.0.0.1:9" in str(told.value)
    assert "CHROMA_URL" in told.value.hint
    assert told.value.retryable


def test_a_server_that_dies_is_reported_at_the_next_call(tmp_path: Path) -> None:
    process, url = start_chroma(tmp_path)
    try:
        with closing_all(tmp_path, url) as opener:
            index = opener()
            process.kill()
            process.wait()
            with pytest.raises(VectorIndexError) as told:
                index.query(unit_rows(1)[0], 1)
            assert told.value.retryable
    finally:
        process.kill()
        process.wait()


def test_a_server_that_hangs_is_reported_in_time_and_used_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chroma.TIMEOUT_S <= 30
    process, url = start_chroma(tmp_path)
    with closing_all(tmp_path, url) as opener:
        monkeypatch.setattr(chroma, "TIMEOUT_S", 1.0)
        index = opener()
        index.upsert(names(3), unit_rows(3))
        process.send_signal(signal.SIGSTOP)
        for call in (index.count, opener):
            with pytest.raises(VectorIndexError) as caught:
                call()
            assert caught.value.retryable
            assert "CHROMA_URL" in caught.value.hint
        process.send_signal(signal.SIGCONT)
        assert index.count() == 3
    process.kill()
    process.wait()


def test_an_address_without_http_is_a_wrong_setting(tmp_path: Path) -> None:
    with closing_all(tmp_path, "localhost:8000") as opener, pytest.raises(SettingsError, match="CHROMA_URL"):
        opener()


def test_a_vector_of_the_wrong_length_is_a_bug_and_crashes(open_embedded: Opener) -> None:
    from chromadb.errors import InvalidArgumentError

    index = open_embedded()
    index.upsert(names(1), unit_rows(1))
    with pytest.raises(InvalidArgumentError):
        index.upsert(["x"], np.ones((1, D + 1), dtype=np.float32))


def test_chroma_is_imported_only_when_an_index_is_opened() -> None:
    code = "import sys, ingest.index.vector_index, ingest.index.owner_lock; sys.exit('chromadb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
