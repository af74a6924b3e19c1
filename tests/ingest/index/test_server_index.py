"""A Chroma server beside the bot: it may be killed, hang, ask for a key; questions are answered and nothing is lost."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from ingest.catalogue import Catalogue
from ingest.embedding.encoders import Encoder
from ingest.errors import VectorIndexError
from ingest.index import server_index
from ingest.index.chroma import Account
from ingest.index.collection import rebuild_index
from ingest.index.server_index import ServerIndex
from ingest.index.vector_index import VectorIndex
from ingest.models import View
from ingest.search.fusion import Query
from ingest.search.search import Search
from ingest.settings import IngestSettings
from ingest.text.words import content_terms
from ingest.wiring import open_corpus, open_with_server_index
from tests.ingest.examples import NOW, add_source, record
from tests.ingest.index.vectors import MODEL, unit_rows
from tests.ingest.processes.alive import wait_for
from tests.servers.chroma import free_port, gate_before, start_chroma


class Chroma:
    """A server that can be killed and started again where it was."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        self.process, self.url = start_chroma(self._folder, self._port)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[Chroma]:
    (tmp_path / "server").mkdir()
    server = Chroma(tmp_path / "server")
    yield server
    with suppress(ProcessLookupError):
        server.process.send_signal(signal.SIGCONT)
    server.kill()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_index, "PAUSE_S", 0.2)
    monkeypatch.setattr(server_index, "TIMEOUT_S", 1.0)


def settings_for(tmp_path: Path, url: str) -> IngestSettings:
    return IngestSettings.load(data_dir=tmp_path, chroma_url=url)


def store(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    for name in ("aurora", "borealis", "cumulus"):
        catalogue.articles.store(record(f"https://example.org/{name}", f"The {name} model is out."), source.id)


def find(search: Search, question: str) -> list[str]:
    said = content_terms(question)
    words = search.words(said)
    weights = {term: words.idf(term) for term in said}
    query = Query(question, search.encode(question), weights, words.telling(said), words.totals.mean_terms)
    return [passage.text for passage in search.passages(query, View(NOW), 3)]


def asked(index: ServerIndex, encoder: Encoder) -> Callable[[], object]:
    def ask() -> object:
        try:
            return index.query(encoder.encode_query("aurora"), 3)
        except VectorIndexError:
            return None

    return ask


def test_questions_are_answered_by_words_while_the_server_is_down_and_by_it_when_it_is_back(
    tmp_path: Path, chroma: Chroma, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(tmp_path, chroma.url)
    with open_corpus(settings, "test") as corpus:
        store(corpus.catalogue)
        corpus.indexer.run()
    with open_with_server_index(settings) as bot:
        index = bot.search._index
        assert isinstance(index, ServerIndex)
        before = find(bot.search, "aurora")
        chroma.kill()
        assert find(bot.search, "aurora")[0] == before[0] == "The aurora model is out."
        assert "searching by words alone" in caplog.text
        chroma.start()
        wait_for(asked(index, encoder))
        assert find(bot.search, "aurora") == before


def test_a_bot_starts_and_answers_while_the_server_is_down(tmp_path: Path, chroma: Chroma, encoder: Encoder) -> None:
    chroma.kill()
    with open_with_server_index(settings_for(tmp_path, chroma.url)) as bot:
        store(bot.catalogue)
        assert find(bot.search, "aurora")[0] == "The aurora model is out."
        chroma.start()
        assert isinstance(bot.search._index, ServerIndex)
        wait_for(lambda: asked(bot.search._index, encoder)() is not None)  # type: ignore[arg-type]


def test_a_server_that_hangs_delays_one_question_and_not_the_next(
    tmp_path: Path, chroma: Chroma, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_index, "PAUSE_S", 60.0)
    with open_with_server_index(settings_for(tmp_path, chroma.url)) as bot:
        store(bot.catalogue)
        chroma.process.send_signal(signal.SIGSTOP)
        took_s = []
        for _ in range(2):
            began = time.monotonic()
            assert find(bot.search, "aurora")[0] == "The aurora model is out."
            took_s.append(time.monotonic() - began)
        assert took_s[0] < 10
        assert took_s[1] < 1


def test_indexing_goes_on_over_a_restart_of_the_server_and_loses_nothing(
    tmp_path: Path, chroma: Chroma, encoder: Encoder
) -> None:
    settings = settings_for(tmp_path, chroma.url)
    with open_corpus(settings, "test") as corpus:
        store(corpus.catalogue)
        chroma.kill()
        back = threading.Timer(0.5, chroma.start)
        back.start()
        assert corpus.indexer.run() == 3
        back.join()
        assert corpus.index.count() == 3
        assert corpus.indexer.waiting == 0


def test_a_rebuilt_index_is_found_by_who_had_the_old_one_open(tmp_path: Path, chroma: Chroma, encoder: Encoder) -> None:
    settings = settings_for(tmp_path, chroma.url)
    with open_with_server_index(settings) as bot:
        store(bot.catalogue)
        assert rebuild_index(settings, lambda _: None) == 3
        index = bot.search._index
        assert isinstance(index, ServerIndex)
        wait_for(asked(index, encoder))


def test_tenant_database_and_key_reach_the_server_and_the_key_is_not_told(chroma: Chroma, tmp_path: Path) -> None:
    for path, name in (("tenants", "newsroom"), ("tenants/newsroom/databases", "verbatim")):
        httpx.post(f"{chroma.url}/api/v2/{path}", json={"name": name}).raise_for_status()
    account = Account("newsroom", "verbatim", "secret-key")
    with gate_before(chroma.url, "secret-key") as gate:

        def opened(account: Account) -> VectorIndex:
            return VectorIndex.open(
                data_dir=tmp_path, chroma_url=gate.url, collection=None, fingerprint=MODEL, account=account
            )

        with closing(opened(account)) as index:
            index.upsert(["a:1:0"], unit_rows(1))
            assert index.query(unit_rows(1)[0], 1)[0][0] == "a:1:0"
        assert any("/tenants/newsroom/databases/verbatim/" in path for path in gate.paths)
        with pytest.raises(VectorIndexError) as refused:
            opened(Account("newsroom", "verbatim", "wrong-key"))
    assert "CHROMA_API_KEY" in refused.value.hint
    assert "secret-key" not in repr(account)


def test_child_processes_do_not_get_the_key() -> None:
    settings = IngestSettings.load(chroma_api_key="secret-key")
    assert "secret-key" not in str(settings.as_json()) + str(settings)
