"""One child process as its parent sees it: started, asked, ended.

The child's standard input is a socket. It ends when that is closed; if the parent is killed, the kernel closes it.
Subclasses decide what to do about a child that does not answer: see `Child._lost`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ingest.processes.cpu_affinity import on_any_processor
from ingest.processes.wire import BrokenWireError, receive, send


class ChildExited(Exception):
    """The child has ended, or did not answer and was killed."""


class Child:
    """A running child.

    Args:
        module: what it runs (`python -m`), with these arguments.
        greeting: returns its first message; called after the process has started, and may block.
        inherited: file descriptors of this process that it inherits, under the same numbers.
        stderr: where its errors go, as for `subprocess.Popen`; None: where this process's go.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        environment: Mapping[str, str],
        greeting: Callable[[], dict[str, Any]] | None = None,
        inherited: tuple[int, ...] = (),
        stderr: int | None = None,
    ) -> None:
        self._turn = threading.Lock()
        self._channel, theirs = socket.socketpair()
        with theirs, on_any_processor():
            # A session of its own, because Ctrl-C in a terminal is meant for the parent, which ends its children.
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=environment,
                pass_fds=inherited,
                start_new_session=True,
            )
        if greeting is not None:
            with suppress(OSError):  # it has already ended, which is noticed in a moment
                send(self._channel, greeting())

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, header: dict[str, Any], body: bytes, patience_s: float) -> tuple[dict[str, Any], bytes]:
        """Its answer to one request. Concurrent requests queue.

        Raises:
            ChildExited: there will be no answer.
        """
        ends_at = time.monotonic() + patience_s
        with self._turn:
            try:
                self._channel.settimeout(patience_s)
                send(self._channel, header, body)
                return receive(self._channel, ends_at)
            except (BrokenWireError, OSError) as error:
                raise self._lost(error) from error

    def wait(self) -> str:
        """Wait for its end; return how it ended, for people."""
        code = self._process.wait()
        with self._turn:
            self._channel.close()
        return how_it_ended(code)

    def ended_within(self, patience_s: float) -> bool:
        """Wait at most so many seconds for its end. Returns whether it has ended."""
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def request_stop(self) -> None:
        """Ask it to finish its write and to end."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        self._process.kill()

    def _lost(self, _: Exception) -> Exception:
        """The error to raise if it does not answer; kills it, because a late answer would be taken for the next."""
        self.kill()
        return ChildExited()


def how_it_ended(code: int) -> str:
    """An exit code for people; negative ones are signals."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def environment_without(hidden: Collection[str]) -> dict[str, str]:
    """This process's environment without the variables of these names, such as keys and tokens."""
    return {name: value for name, value in os.environ.items() if name.upper() not in hidden}
