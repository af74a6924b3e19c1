"""The reading process as its parent sees it: started, started again when it ends, ended.

The child's standard input is a pipe. Its first line are the settings; its end tells the child to end, and the kernel
ends it for a parent that was killed.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from contextlib import suppress

from ingest.settings import IngestSettings

log = logging.getLogger(__name__)

PATIENCE_S = 7.0
"""How long a stop waits for the child; it ends itself a little earlier."""
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
"""Pauses before a new start double from the first to the longest; a child that lived longer than that starts anew."""


class Keeper:
    """Keeps one reading process running until `close`.

    Args:
        settings: what the child reads with.
        hidden: names of environment variables that the child must not see: keys and tokens of its parent.
    """

    def __init__(self, settings: IngestSettings, hidden: Collection[str] = ()) -> None:
        fields = IngestSettings.model_fields.keys()
        self._settings = settings.model_dump_json(include=set(fields)).encode() + b"\n"
        self._environment = {name: value for name, value in os.environ.items() if name.upper() not in hidden}
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="keeper")
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The child's process id; None between two of them."""
        with self._lock:
            return self._process.pid if self._process else None

    def close(self) -> None:
        """Let the child end what it is writing, then end it. A second call does nothing."""
        with self._lock:
            self._stop.set()
            process = self._process
            if process is not None and process.stdin is not None:
                process.stdin.close()
        self._thread.join(PATIENCE_S)
        if process is not None and self._thread.is_alive():
            process.kill()
        self._thread.join()

    def _keep(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            with self._lock:
                if self._stop.is_set():
                    return
                self._process = process = self._started()
            code = process.wait()
            with self._lock:
                self._process = None
                if process.stdin is not None:
                    process.stdin.close()
            if self._stop.is_set():
                return
            if time.monotonic() - began > _LONGEST_PAUSE_S:
                pause_s = _FIRST_PAUSE_S
            log.warning("the reading of sources ended (%s) and starts again in %.0f s", _told(code), pause_s)
            self._stop.wait(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _started(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C in a terminal is for the parent, which ends its child itself.
        process = subprocess.Popen(
            [sys.executable, "-m", "ingest.apart.child"],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,
        )
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it ended already, which is noticed in a moment
            process.stdin.write(self._settings)
        return process


def _told(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
