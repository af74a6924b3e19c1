"""The reading process: it reads and embeds, comes back when it dies, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.clock import utc_now
from ingest.embedding.encoders import Encoder
from ingest.embedding.packaged_model import PACKAGED
from ingest.parse.documents import ParsersHere
from ingest.processes.keeper import Keeper
from ingest.reading.registry import Registry
from ingest.settings import IngestSettings
from ingest.wiring import open_fetcher
from ingest.workers import keep_reading
from tests.ingest.processes.alive import is_alive, wait_for

PARENT = """
import sys, time
from ingest.embedding.packaged_model import PACKAGED
from ingest.workers import keep_reading
from ingest.settings import IngestSettings
keeper = keep_reading(IngestSettings.load(data_dir=sys.argv[1]), PACKAGED.digest)
while keeper.pid is None:
    time.sleep(0.01)
print(keeper.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    with closing(keep_reading(IngestSettings.load(data_dir=tmp_path), PACKAGED.digest)) as keeper:
        yield keeper


def test_what_is_added_is_read_and_embedded_by_another_process(
    tmp_path: Path, catalogue: Catalogue, encoder: Encoder, keeper: Keeper
) -> None:
    note = tmp_path / "note.md"
    note.write_text("Aurora is a model. It is small.")
    with open_fetcher(IngestSettings.load()) as fetcher:
        Registry(catalogue, fetcher, ParsersHere()).add(str(note), utc_now())
    model = encoder.fingerprint.digest
    wait_for(lambda: catalogue.backlog.next("", model, 10, embedded=True))
    assert keeper.pid not in (None, os.getpid())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_ended_is_restarted_and_logged(
    keeper: Keeper, number: signal.Signals, caplog: pytest.LogCaptureFixture
) -> None:
    wait_for(lambda: keeper.pid)
    first = keeper.pid
    assert first is not None
    os.kill(first, number)
    wait_for(lambda: keeper.pid not in (None, first))
    assert "the reading of sources ended" in caplog.text


def test_closing_ends_it_and_leaves_nothing_behind(tmp_path: Path) -> None:
    keeper = keep_reading(IngestSettings.load(data_dir=tmp_path), PACKAGED.digest)
    wait_for(lambda: keeper.pid)
    pid = keeper.pid
    assert pid is not None
    keeper.close()
    keeper.close()
    assert not is_alive(pid)


def test_it_ends_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    wait_for(lambda: not is_alive(pid))


def test_it_gets_no_secret_of_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    with closing(keep_reading(IngestSettings.load(data_dir=tmp_path), PACKAGED.digest, {"DISCORD_TOKEN"})) as keeper:
        wait_for(lambda: keeper.pid)
        told = Path(f"/proc/{keeper.pid}/environ")
        wait_for(lambda: b"PATH=" in told.read_bytes())  # it is empty for a moment
        environment = told.read_bytes()
    assert b"DISCORD_TOKEN" not in environment
