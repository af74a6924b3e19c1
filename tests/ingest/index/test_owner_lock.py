"""One process owns the embedded index, others are told which, and death frees it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import IndexHeldError, VectorIndexError
from ingest.index.owner_lock import LOCK_FILE, holder, own_index

_OWN_FOR_EVER = """
import sys, time
from pathlib import Path
from ingest.index.owner_lock import own_index
owner = own_index(Path(sys.argv[1]), "ingest run")
print("owned", flush=True)
time.sleep(600)
"""


@pytest.fixture
def other_process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that owns the index in `tmp_path`."""
    command = [sys.executable, "-c", _OWN_FOR_EVER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "owned\n"
        yield process
        process.kill()


def test_a_second_owner_is_refused_and_learns_who_the_first_is(
    tmp_path: Path, other_process: subprocess.Popen[str]
) -> None:
    with pytest.raises(IndexHeldError) as refused:
        own_index(tmp_path, "bot ask")
    assert f"ingest run (process {other_process.pid} on {socket.gethostname()}, since 2" in str(refused.value)
    assert refused.value.hint
    assert refused.value.exit_code == 3


def test_kill_9_frees_the_lock(tmp_path: Path, other_process: subprocess.Popen[str]) -> None:
    os.kill(other_process.pid, signal.SIGKILL)
    other_process.wait()
    assert holder(tmp_path) is None
    with own_index(tmp_path, "bot") as owner:
        assert holder(tmp_path) == owner.holder


def test_who_holds_it_can_be_asked_from_outside(tmp_path: Path, other_process: subprocess.Popen[str]) -> None:
    found = holder(tmp_path)
    assert found is not None
    assert (found.pid, found.command, found.host) == (other_process.pid, "ingest run", socket.gethostname())


def test_nobody_holds_what_does_not_exist_or_was_released(tmp_path: Path) -> None:
    assert holder(tmp_path / "nowhere") is None
    own_index(tmp_path, "bot").release()
    assert holder(tmp_path) is None


def test_the_lock_is_freed_when_its_block_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), own_index(tmp_path, "bot"):
        raise RuntimeError
    own_index(tmp_path, "bot").release()


def test_one_process_cannot_own_it_twice(tmp_path: Path) -> None:
    with own_index(tmp_path, "bot"), pytest.raises(IndexHeldError, match=f"process {os.getpid()} "):
        own_index(tmp_path, "bot ask")


def test_the_lock_file_is_never_deleted_or_replaced(tmp_path: Path) -> None:
    own_index(tmp_path, "bot").release()
    first = (tmp_path / LOCK_FILE).stat().st_ino
    own_index(tmp_path, "bot").release()
    assert (tmp_path / LOCK_FILE).stat().st_ino == first


def test_a_holder_is_seen_although_the_file_says_nothing_useful(
    tmp_path: Path, other_process: subprocess.Popen[str]
) -> None:
    (tmp_path / LOCK_FILE).write_text("[]")
    found = holder(tmp_path)
    assert found is not None
    assert found.command == "another process"


def test_what_a_dead_owner_wrote_does_not_hold_the_lock(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).write_text('{"host": "h", "pid": 1, "command": "bot", "since": "2026-01-01T00:00:00Z"}' * 9)
    with own_index(tmp_path, "ingest run") as owner:
        assert holder(tmp_path) == owner.holder


def test_asking_all_the_time_never_keeps_an_owner_out(tmp_path: Path) -> None:
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            holder(tmp_path)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(300):
            own_index(tmp_path, "bot").release()
    finally:
        done.set()
        asking.join()


def test_a_folder_that_cannot_be_made_is_reported_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VectorIndexError, match="file") as failed:
        own_index(tmp_path / "file", "bot")
    assert "DATA_DIR" in failed.value.hint


def test_the_child_of_a_killed_owner_may_take_a_while_to_end(tmp_path: Path) -> None:
    child = "import sys, time; sys.stdin.read(); time.sleep(1)"
    parent = f"""
import subprocess, sys, time
from pathlib import Path
from ingest.index.owner_lock import own_index
owner = own_index(Path(sys.argv[1]), "bot")
subprocess.Popen([sys.executable, "-c", {child!r}], stdin=subprocess.PIPE, pass_fds=[owner.fileno()])
print("owned", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", parent, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "owned\n"
        process.kill()
        process.wait()
        assert holder(tmp_path) is not None, "the child still holds the lock"
        own_index(tmp_path, "bot").release()
