"""With a Chroma server, an answer worker asks it itself."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from bot.answer_workers.answer_worker import AnswerWorker
from bot.settings import BotSettings
from bot.wiring.answer_workers import starter
from bot.wiring.answering import make_answerer, make_usage
from ingest.wiring import open_corpus, open_with_server_index
from tests.bot.answer_workers.test_answer_workers import QUESTIONS, untimed
from tests.ingest.processes.alive import wait_for
from tests.servers.chroma import gate_before, start_chroma

KEY = "a-key-of-the-server"


def test_a_worker_asks_the_chroma_server_with_its_key_which_its_environment_does_not_show(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "server").mkdir()
    process, url = start_chroma(tmp_path / "server")
    try:
        with gate_before(url, KEY) as gate:
            monkeypatch.setenv("CHROMA_API_KEY", KEY)
            copy = Path(shutil.copytree(data_dir, tmp_path / "data", ignore=shutil.ignore_patterns("*.sock")))
            settings = BotSettings.load(data_dir=copy, chroma_url=gate.url)
            with open_corpus(settings, "a test") as corpus:
                corpus.indexer.run()
            with open_with_server_index(settings) as served, closing(AnswerWorker(starter(settings))) as worker:
                wait_for(lambda: worker.is_ready)
                answerer = make_answerer(settings, served, make_usage(settings, served.catalogue.database))
                expected = [untimed(answerer.answer(question)) for question in QUESTIONS]
                before = len(gate.paths)
                assert [untimed(worker.answer(question)[0]) for question in QUESTIONS] == expected
                assert len(gate.paths) > before
                assert KEY.encode() not in Path(f"/proc/{worker.pid}/environ").read_bytes()
                assert KEY in os.environ["CHROMA_API_KEY"]
            assert gate.turned_away == 0
    finally:
        process.kill()
        process.wait()
