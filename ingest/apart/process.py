"""One child process as its parent sees it: started, asked, ended.

The child's standard input is a socket. The first message on it is what the child works with; its end tells the child
to end, and the kernel ends it for a parent that was killed.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ingest.settings import IngestSettings
from ingest.wire import BrokenWireError, receive, send


def plain(settings: IngestSettings) -> dict[str, Any]:
    """The settings of the ingest as JSON has them, for a greeting; a bot's own are not among them."""
    return settings.model_dump(mode="json", include=set(IngestSettings.model_fields))


class Gone(Exception):
    """The child has ended, or does not answer and was ended."""


class Child:
    """A running child.

    Args:
        module: what it runs (`python -m`).
        greeting: makes its first message; called when the process has been started, and may wait for something.
        inherited: file descriptors of this process that it gets too, under the same numbers.
    """

    def __init__(
        self,
        module: str,
        greeting: Callable[[], dict[str, Any]],
        environment: Mapping[str, str],
        inherited: tuple[int, ...] = (),
    ) -> None:
        self._turn = threading.Lock()
        self._channel, theirs = socket.socketpair()
        with theirs:
            # A session of its own: Ctrl-C in a terminal is for the parent, which ends its child itself.
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=environment,
                pass_fds=inherited,
                start_new_session=True,
            )
        with suppress(OSError):  # it ended already, which is noticed in a moment
            send(self._channel, greeting())

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, header: dict[str, Any], body: bytes, patience_s: float) -> tuple[dict[str, Any], bytes]:
        """Its answer to one request; one at a time, others wait. A child that is silent for too long is killed.

        Raises:
            Gone: there is no answer any more.
        """
        ends_at = time.monotonic() + patience_s
        with self._turn:
            try:
                self._channel.settimeout(patience_s)
                send(self._channel, header, body)
                return receive(self._channel, ends_at)
            except (BrokenWireError, OSError) as error:
                self.kill()  # whatever it says later would be taken for the answer to another request
                raise Gone from error

    def wait(self) -> str:
        """How it ended, once it has."""
        code = self._process.wait()
        with self._turn:
            self._channel.close()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def let_go(self) -> None:
        """Tell it to end what it is writing, and itself."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        self._process.kill()
