"""Telling a process that lives from one that is dead, by its number and its start."""

from __future__ import annotations

import json
import shutil
import socket
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

IN_A_CONTAINER = """
import dataclasses, json, sys
from ingest.processes.identity import Process, this_process
print(json.dumps(dataclasses.asdict(this_process("bot"))), flush=True)
for line in sys.stdin:
    print(Process(**json.loads(line)).is_dead, flush=True)
"""
HIDDEN = """
import dataclasses, json
from pathlib import Path
from ingest.processes import identity
identity._PROC = Path("/nowhere")
print(json.dumps(dataclasses.asdict(identity.this_process("bot"))))
"""


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


@pytest.fixture
def containers() -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that are number 1 of their own namespace of numbers, on the same host."""
    apart = [shutil.which("unshare") or "", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if not apart[0] or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not make namespaces")
    command = [*apart, sys.executable, "-c", IN_A_CONTAINER]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    yield started
    for each in started:
        each.kill()
        each.communicate()


def test_two_containers_with_the_same_host_name_and_process_number_are_told_apart(
    containers: list[subprocess.Popen[str]],
) -> None:
    def read(popen: subprocess.Popen[str]) -> str:
        assert popen.stdout is not None
        return popen.stdout.readline().strip()

    one, other = (json.loads(read(each)) for each in containers)
    assert (one["host"], one["pid"]) == (other["host"], other["pid"]) == (socket.gethostname(), 1)
    assert one["place"] != other["place"]
    asked = containers[0].stdin
    assert asked is not None
    for process, dead in ((other, "False"), (one, "False"), (one | {"started": "1"}, "True")):
        asked.write(json.dumps(process) + "\n")
        asked.flush()
        assert read(containers[0]) == dead


def test_where_the_system_hides_the_boot_no_other_process_is_taken_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = subprocess.run([sys.executable, "-c", HIDDEN], capture_output=True, text=True, check=True).stdout
    monkeypatch.setattr(identity, "_PROC", Path("/nowhere"))
    identity._place.cache_clear()
    other = Process(**json.loads(elsewhere))
    assert (other.host, other.place == this_process("x").place) == (socket.gethostname(), False)
    assert not other.is_dead
    identity._place.cache_clear()


def test_without_proc_ps_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_PROC", Path("/nowhere"))
    me = this_process("test")
    assert not me.is_dead
    assert me.started
    assert replace(me, started="Thu Jan  1 00:00:00 1970").is_dead


def test_a_process_says_what_and_where_it_is() -> None:
    assert str(Process("news.example", "", 7, "", "bot")) == "bot (process 7 on news.example)"
