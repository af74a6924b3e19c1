"""Identifies processes by number and start time, so that a reused number is not mistaken for the earlier process.

Containers often share a host name, and the first process of each has the number 1. They are told apart by their
namespace of numbers, or, where the system tells none, by a random id that every process draws when it starts.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_DEAD_STATES = ("Z", "X")
"""A zombie no longer works; proc(5)."""
_PS_TIMEOUT_S = 5
_OWN = uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Process:
    """A process of this machine or of another one.

    Attributes:
        place: where its number is valid: one boot of one machine, and one namespace of process numbers.
        started: when it started, as the system reports it.
        command: what it runs, for people.
    """

    host: str
    place: str
    pid: int
    started: str
    command: str

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid} on {self.host})"

    @property
    def is_dead(self) -> bool:
        """Whether it has certainly ended; unknown, so False, for a process on another machine."""
        return self.place == _place() and _start_of(self.pid) != self.started


def this_process(command: str) -> Process:
    """This process, which runs `command`."""
    pid = os.getpid()
    return Process(socket.gethostname(), _place(), pid, _start_of(pid) or "", command)


def is_running(pid: int) -> bool:
    """Whether a process of this machine has this number; a zombie counts as none."""
    return _start_of(pid) is not None


@cache
def _place() -> str:
    """On Linux the boot and the namespace of process numbers, since containers may share a host name, or this process
    alone if they are hidden; elsewhere, where no containers run, the host name."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink(_PROC / 'self/ns/pid')}"
    except OSError:
        return f"{socket.gethostname()} {_OWN}" if sys.platform == "linux" else socket.gethostname()


def _start_of(pid: int) -> str | None:
    """When a process started; None if there is none with this number."""
    if not (_PROC / "self/stat").exists():
        return _start_from_ps(pid)
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()  # the name in parentheses may hold anything
    return None if state in _DEAD_STATES else fields[18]  # field 22 of proc_pid_stat(5): clock ticks since boot


def _start_from_ps(pid: int) -> str | None:
    """The same where there is no /proc (macOS, BSD)."""
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PS_TIMEOUT_S)
    return result.stdout.strip() or None
