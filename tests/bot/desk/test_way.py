"""Requests go to the process that owns the index, and never past its lock."""

from __future__ import annotations

import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.desk.counter import SOCKET_FILE, Counter, NobodyThereError, ask_owner
from bot.desk.desk import Desk
from bot.desk.pace import Pace, TooOftenError
from bot.desk.way import Way
from bot.wiring.desk import make_way
from ingest.errors import IndexHeldError, NotFoundError
from ingest.index.owner_lock import holder, own_index
from ingest.models import SHARED_SCOPE
from tests.program import TRUE, WrittenCorpus, written_corpus

SHARED = (SHARED_SCOPE,)
VERIFY = ("verify_quote", {"text": TRUE}, SHARED)


@contextmanager
def nobody_opens() -> Iterator[Desk]:
    raise AssertionError("it opened the index although an owner serves")
    yield


def test_the_owner_answers_and_its_errors_come_through(desk: Desk, tmp_path: Path) -> None:
    with closing(Counter(desk, tmp_path)), closing(Way(tmp_path, nobody_opens)) as way:
        assert way.serve(*VERIFY) == desk.serve(*VERIFY)
        with pytest.raises(NotFoundError) as raised:
            way.serve("article", {"id": "none"}, SHARED)
        assert raised.value.hint


def test_only_the_same_user_may_connect(desk: Desk, tmp_path: Path) -> None:
    with closing(Counter(desk, tmp_path)):
        assert stat.S_IMODE((tmp_path / SOCKET_FILE).stat().st_mode) == 0o600
    assert not (tmp_path / SOCKET_FILE).exists()


def test_a_folder_with_a_long_path_is_served_too(desk: Desk, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    with closing(Counter(desk, deep)):
        assert ask_owner(deep, *VERIFY)["status"] == "exact"


def test_the_socket_of_a_killed_owner_is_nobody_and_is_replaced(desk: Desk, tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    before = os.getcwd()
    os.chdir(tmp_path)
    left.bind(SOCKET_FILE)
    os.chdir(before)
    left.close()
    with pytest.raises(NobodyThereError):
        ask_owner(tmp_path, *VERIFY)
    with closing(Counter(desk, tmp_path)):
        assert ask_owner(tmp_path, *VERIFY)["status"] == "exact"


def test_what_is_no_request_gets_no_answer_and_harms_nobody(desk: Desk, tmp_path: Path) -> None:
    with closing(Counter(desk, tmp_path)):
        for junk in (b"", b"\x00" * 8, b"\xff" * 8, b"\x00\x00\x00\x02\x00\x00\x00\x00[]", b"GET / HTTP/1.1\r\n\r\n"):
            with socket.socket(socket.AF_UNIX) as channel:
                channel.connect(str(tmp_path / SOCKET_FILE))
                channel.sendall(junk)
        assert ask_owner(tmp_path, *VERIFY)["status"] == "exact"


def test_requests_are_answered_side_by_side(desk: Desk, tmp_path: Path) -> None:
    told: list[str] = []
    with closing(Counter(desk, tmp_path)):
        asking = [
            threading.Thread(target=lambda: told.append(ask_owner(tmp_path, *VERIFY)["status"])) for _ in range(12)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    assert told == ["exact"] * 12


def test_without_an_owner_the_index_is_opened_served_to_others_and_closed_when_idle(tmp_path: Path) -> None:
    corpus = written_corpus(tmp_path)
    made = make_way(corpus.settings, "bot mcp")
    with closing(Way(corpus.data, made._open_desk, idle_s=0.5)) as way:
        assert way.serve(*VERIFY)["status"] == "exact"
        owner = holder(corpus.data)
        assert owner is not None
        assert owner.command == "bot mcp"
        assert ask_owner(corpus.data, *VERIFY)["status"] == "exact"
        with closing(Way(corpus.data, nobody_opens)) as second:
            assert second.serve(*VERIFY)["status"] == "exact"
        ends_at = time.monotonic() + 20
        while holder(corpus.data) and time.monotonic() < ends_at:
            time.sleep(0.05)
        assert holder(corpus.data) is None
        assert way.serve(*VERIFY)["status"] == "exact"
    assert holder(corpus.data) is None


def test_a_lock_of_a_process_that_does_not_serve_is_respected(corpus: WrittenCorpus, tmp_path: Path) -> None:
    settings = corpus.settings.model_copy(update={"data_dir": tmp_path})
    held = pytest.raises(IndexHeldError, match="ingest run")
    with own_index(tmp_path, "ingest run"), closing(make_way(settings, "bot mcp")) as way, held:
        way.serve(*VERIFY)


def test_a_caller_is_held_to_its_pace_and_others_are_not() -> None:
    now = [0.0]
    pace = Pace(2, clock=lambda: now[0])
    pace.spend("a")
    pace.spend("a")
    with pytest.raises(TooOftenError, match="2 are allowed"):
        pace.spend("a")
    pace.spend("b")
    now[0] = 60.0
    pace.spend("a")
