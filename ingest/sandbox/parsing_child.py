"""A parsing child: has no secrets in its environment, and its death is translated into a failure of the document."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

from ingest.errors import FailureKind
from ingest.processes.child import Child, how_it_ended
from ingest.processes.wire import BrokenWireError, receive

START_S = 60.0
"""How long a child may take to start, in seconds; its imports take one or two."""
GRACE_S = 2.0
"""How much longer than the child's own bound the parent waits, in seconds."""
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONHOME", "TMPDIR", "SYSTEMROOT")
"""Variables passed to a child. Keys, tokens and the database's address are not among them."""


class Ended(Exception):
    """The child can no longer be used. `kind` is the document's kind of failure."""

    def __init__(self, kind: FailureKind, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


class ParsingChild(Child):
    """A running parser. One request at a time.

    Args:
        timeout_s, memory_bytes: see `Sandbox`.
    """

    def __init__(self, timeout_s: float, memory_bytes: int) -> None:
        arguments = (str(timeout_s), str(memory_bytes))
        super().__init__(
            "ingest.sandbox.parse_worker", arguments, environment=_environment(), stderr=subprocess.DEVNULL
        )
        self.served = 0
        self._timeout_s = timeout_s
        self._ready = False

    def parse(self, header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """Its answer to one request.

        Raises:
            Ended: it took too long, used too much memory, or died.
        """
        if not self._ready:
            self._await_start()
        self.served += 1
        reply, result = self.ask(header, body, self._timeout_s + GRACE_S)
        if "memory" in reply:
            raise Ended(FailureKind.PARSE_MEMORY, "it ran out of memory")
        return reply, result

    def end(self) -> None:
        """Kill it; it has nothing to save."""
        self._channel.close()
        self.kill()
        self._process.wait()

    def _await_start(self) -> None:
        try:
            receive(self._channel, time.monotonic() + START_S)
        except (BrokenWireError, OSError) as error:
            raise self._lost(error) from error
        self._ready = True

    def _lost(self, error: Exception) -> Exception:
        if isinstance(error, TimeoutError):
            return Ended(FailureKind.PARSE_TIMEOUT, "it did not answer")
        try:
            code = self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            return Ended(FailureKind.PARSE_CRASH, "it closed its channel")
        if code == -signal.SIGALRM:
            return Ended(FailureKind.PARSE_TIMEOUT, "it ran out of time")
        return Ended(FailureKind.PARSE_CRASH, how_it_ended(code))


def _environment() -> dict[str, str]:
    """Enough to find this program, without secrets."""
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {"PYTHONPATH": path}
