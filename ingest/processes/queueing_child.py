"""A child process that is given further requests before it has answered the last, so that it never waits for one."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from itertools import count
from typing import Any

from ingest.processes.child import Child, ChildExited
from ingest.processes.wire import BrokenWireError, receive, send

Reply = tuple[dict[str, Any], bytes]


class QueueingChild(Child):
    """A running child that answers in any order: each request has a number, `n`, which its reply repeats.

    Takes the arguments of `Child`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._awaited: dict[int, Future[Reply]] = {}
        self._numbers = count()
        self._gone = False
        threading.Thread(target=self._read, name="replies", daemon=True).start()

    def ask(self, header: dict[str, Any], body: bytes, patience_s: float) -> Reply:
        """Its answer to one request. A child that does not answer in time is killed.

        Raises:
            ChildExited: there will be no answer, nor to what others have asked meanwhile.
        """
        reply: Future[Reply] = Future()
        try:
            with self._turn:
                if self._gone:
                    raise ChildExited
                n = next(self._numbers)
                self._awaited[n] = reply
                send(self._channel, header | {"n": n}, body)
            return reply.result(patience_s)
        except (OSError, TimeoutError) as error:
            raise self._lost(error) from error

    def _read(self) -> None:
        """Hand out its replies until it ends."""
        try:
            while True:
                header, body = receive(self._channel)
                self._awaited.pop(header["n"]).set_result((header, body))  # type: ignore[call-overload]
        except (BrokenWireError, OSError, KeyError):  # the last: it says what nobody has asked
            with self._turn:
                self._gone = True
                for reply in self._awaited.values():
                    reply.set_exception(ChildExited())
