"""Telling a process that lives from one that is dead, by its number and its start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.processes import identity
from ingest.processes.identity import Process, this_process

TELL = (
    "from ingest.processes.identity import this_process as t; p = t('x'); print(p.pid, p.started, flush=True); input()"
)


@pytest.fixture
def child() -> Iterator[tuple[subprocess.Popen[str], Process]]:
    """A process that lives, and how it names itself."""
    command = [sys.executable, "-c", TELL]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as popen:
        assert popen.stdout is not None
        pid, _, started = popen.stdout.readline().strip().partition(" ")
        yield popen, replace(this_process("x"), pid=int(pid), started=started)
        popen.kill()


def test_a_process_is_dead_as_soon_as_it_was_killed(child: tuple[subprocess.Popen[str], Process]) -> None:
    popen, process = child
    assert not process.is_dead
    popen.kill()
    popen.wait()
    assert process.is_dead


def test_a_number_that_is_used_again_is_another_process() -> None:
    me = this_process("test")
    assert not me.is_dead
    assert replace(me, started="1").is_dead


def test_of_a_process_elsewhere_nothing_is_known() -> None:
    elsewhere = replace(this_process("test"), place="another boot", pid=2**22 - 1, started="1")
    assert not elsewhere.is_dead


def test_without_proc_ps_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_PROC", Path("/nowhere"))
    me = this_process("test")
    assert not me.is_dead
    assert me.started
    assert replace(me, started="Thu Jan  1 00:00:00 1970").is_dead


def test_a_process_says_what_and_where_it_is() -> None:
    assert str(Process("news.example", "", 7, "", "bot")) == "bot (process 7 on news.example)"
