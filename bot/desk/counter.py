"""Serves the desk to other processes of the same user: a socket in DATA_DIR, of the process that owns the index.

One connection is one request and its result (`ingest.processes.wire`). The next owner of the index replaces the file
that a killed one has left (`ingest.processes.local_socket`).
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.contract import Json
from bot.desk.desk import Desk, Scopes
from ingest import errors
from ingest.errors import VerbatimError
from ingest.processes import wire
from ingest.processes.local_socket import connect, is_ours, listening

SOCKET_FILE = "desk.sock"
AT_ONCE = 4
"""Requests worked on at the same time, so that other programs leave time for Discord; the rest wait."""
_MOST_WAITING = 32
_TALK_S = 10.0
"""How long sending or receiving a message may take, in seconds."""
PATIENCE_S = 120.0
"""How long a caller waits for a result, in seconds: a language model may take a minute."""

log = logging.getLogger(__name__)


class NobodyThereError(Exception):
    """No process serves the desk of this data folder."""


class Counter:
    """Takes requests until `close`. Whoever makes one owns the index of `data_dir`."""

    def __init__(self, desk: Desk, data_dir: Path) -> None:
        self._desk, self._folder = desk, data_dir
        self._slots = threading.Semaphore(AT_ONCE)
        self._room = threading.BoundedSemaphore(_MOST_WAITING)
        self._socket = listening(data_dir, SOCKET_FILE, "serve other programs")
        threading.Thread(target=self._serve, name="desk", daemon=True).start()

    def close(self) -> None:
        """Take no further requests."""
        (self._folder / SOCKET_FILE).unlink(missing_ok=True)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                channel, _ = self._socket.accept()
            except OSError:  # closed
                return
            if not self._room.acquire(blocking=False):
                channel.close()
                continue
            threading.Thread(target=self._answer, args=(channel,), name="desk-request", daemon=True).start()

    def _answer(self, channel: socket.socket) -> None:
        try:
            with channel:
                if not is_ours(channel):
                    return
                request, _ = wire.receive(channel, time.monotonic() + _TALK_S)
                with self._slots:
                    reply = self._reply(request)
                channel.settimeout(_TALK_S)
                wire.send(channel, reply)
        except (OSError, wire.BrokenWireError):
            pass  # the caller is gone
        finally:
            self._room.release()

    def _reply(self, request: Mapping[str, Any]) -> Json:
        try:
            scopes = tuple(map(str, request["scopes"]))
            return {"result": self._desk.serve(str(request["do"]), request["with"], scopes)}
        except VerbatimError as error:
            return _error_to_json(error)
        except Exception:
            log.exception("a request of another program failed")
            return _error_to_json(VerbatimError("the request failed", "desk", "a bug; see the log of the process"))


def ask_owner(data_dir: Path, name: str, arguments: Mapping[str, Any], scopes: Scopes) -> Json:
    """Have the owner of the index answer a request.

    Raises:
        NobodyThereError: nobody serves there, or it ended meanwhile.
        VerbatimError: what `Desk.serve` raises.
    """
    with socket.socket(socket.AF_UNIX) as channel:
        try:
            channel.settimeout(_TALK_S)
            connect(channel, data_dir, SOCKET_FILE)
            wire.send(channel, {"do": name, "with": dict(arguments), "scopes": list(scopes)})
            reply, _ = wire.receive(channel, time.monotonic() + PATIENCE_S)
        except TimeoutError:
            hint = "Try again in a minute."
            raise VerbatimError("no answer", "the process that owns the index", "it is too busy", hint=hint) from None
        except (OSError, wire.BrokenWireError) as error:
            raise NobodyThereError from error
    if "error" in reply:
        raise _raised(reply)
    result: Json = reply["result"]  # type: ignore[assignment]
    return result


def _error_to_json(error: VerbatimError) -> Json:
    parts = [error.what, error.which, error.why]
    return {"error": type(error).__name__, "parts": parts, "hint": error.hint, "retryable": error.retryable}


def _raised(reply: Mapping[str, Any]) -> VerbatimError:
    kind = getattr(errors, str(reply["error"]), VerbatimError)
    if kind in (errors.SourceError, errors.FetchError, errors.ParseError):  # these need a kind of failure
        kind = VerbatimError
    made: VerbatimError = kind(*reply["parts"], hint=reply["hint"], retryable=reply["retryable"])
    return made
