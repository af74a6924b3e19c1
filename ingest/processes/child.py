"""One child process as its parent sees it: started, asked, ended.

The child's standard input is a socket. Its end tells the child to end, and the kernel ends it for a parent that was
killed. What happens to a child that does not answer is a policy: see `Child._lost`.
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
        greeting: makes its first message; called when the process has been started, and may wait for something.
        inherited: file descriptors of this process that it gets too, under the same numbers.
        stderr: where its errors go, as `subprocess.Popen` takes it; None: where this process's go.
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
            # A session of its own: Ctrl-C in a terminal is for the parent, which ends its children itself.
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
            with suppress(OSError):  # it ended already, which is noticed in a moment
                send(self._channel, greeting())

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, header: dict[str, Any], body: bytes, patience_s: float) -> tuple[dict[str, Any], bytes]:
        """Its answer to one request. Requests wait for each other.

        Raises:
            ChildExited: there is no answer any more.
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
        """Wait for its end, and say how it ended."""
        code = self._process.wait()
        with self._turn:
            self._channel.close()
        return how_it_ended(code)

    def request_stop(self) -> None:
        """Tell it to finish what it is writing, and to end."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        self._process.kill()

    def _lost(self, _: Exception) -> Exception:
        """What to raise when it does not answer; it is killed, because a late answer would be taken for the next."""
        self.kill()
        return ChildExited()


def how_it_ended(code: int) -> str:
    """An exit code for people; negative ones are signals."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def environment_without(hidden: Collection[str]) -> dict[str, str]:
    """This process's environment without what a child must not see: names of keys and tokens, in capitals."""
    return {name: value for name, value in os.environ.items() if name.upper() not in hidden}
