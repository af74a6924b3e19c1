"""One parsing child as its parent sees it: started, asked, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

from ingest.errors import FailureKind
from ingest.processors import on_any_processor
from ingest.wire import BrokenWireError, receive, send

START_S = 60.0
"""The longest start of a child, in seconds: its imports take one or two."""
GRACE_S = 2.0
"""How much longer than the child's own bound the parent waits, in seconds."""
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONHOME", "TMPDIR", "SYSTEMROOT")
"""Variables that a child gets. Keys, tokens and the database's address are not among them."""


class Ended(Exception):
    """The child is no use any more: what happened, as the kind of failure that it is for the document."""

    def __init__(self, kind: FailureKind, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


class Child:
    """A running child. One request at a time.

    Args:
        timeout_s, memory_bytes: see `Sandbox`.
    """

    def __init__(self, timeout_s: float, memory_bytes: int) -> None:
        self.served = 0
        self._timeout_s = timeout_s
        self._channel, theirs = socket.socketpair()
        command = [sys.executable, "-m", "ingest.sandbox.child", str(timeout_s), str(memory_bytes)]
        with theirs, on_any_processor():
            # A session of its own: Ctrl-C in a terminal is for the parent, which ends its children itself.
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        self._ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, header: dict[str, object], body: bytes) -> tuple[dict[str, object], bytes]:
        """Its answer to one request.

        Raises:
            Ended: it took too long, used too much memory, or died.
        """
        try:
            if not self._ready:
                receive(self._channel, time.monotonic() + START_S)
                self._ready = True
            self.served += 1
            ends_at = time.monotonic() + self._timeout_s + GRACE_S
            self._channel.settimeout(self._timeout_s + GRACE_S)
            send(self._channel, header, body)
            reply, result = receive(self._channel, ends_at)
        except TimeoutError as error:
            raise Ended(FailureKind.PARSE_TIMEOUT, "it did not answer") from error
        except (BrokenWireError, OSError) as error:
            raise self._post_mortem() from error
        if "memory" in reply:
            raise Ended(FailureKind.PARSE_MEMORY, "its memory is used up")
        return reply, result

    def end(self) -> None:
        """Kill it: it holds nothing that is worth a goodbye."""
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def _post_mortem(self) -> Ended:
        try:
            code = self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            return Ended(FailureKind.PARSE_CRASH, "it closed its channel")
        if code == -signal.SIGALRM:
            return Ended(FailureKind.PARSE_TIMEOUT, "its time was up")
        return Ended(FailureKind.PARSE_CRASH, signal.Signals(-code).name if code < 0 else f"exit code {code}")


def _environment() -> dict[str, str]:
    """Enough to find this program, and no secret."""
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {"PYTHONPATH": path}
