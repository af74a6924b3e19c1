"""The answer worker: answers questions in quotes mode until its parent ends it or is gone.

    python -m bot.workers.answer_worker

Only `AnswerWorkers` starts it, while many questions wait. It ends with its parent and ignores signals, so that a parent
that is finishing its answers can still ask it. It writes nothing.

It works on two questions at a time, as the bot does: one computes while the other waits for the database or the index.
"""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from queue import SimpleQueue
from typing import Any

from pydantic import SecretStr

from bot.answer_workers.answer_workers import AT_ONCE
from bot.answer_workers.messages import answer_to_json, question_of
from bot.answering.answerer import Answerer
from bot.llm.language_model import Usage
from bot.translation import speaking
from bot.wiring.answering import quotes_answerer
from ingest.cli.terminal import run
from ingest.processes import lifetime
from ingest.processes.wire import BrokenWireError, receive, send
from ingest.settings import IngestSettings
from ingest.wiring import Searchable, open_beside_owner, open_with_server_index

Json = dict[str, Any]


class Noted:
    """A ledger that notes whether a question is to be counted: the parent counts it."""

    def __init__(self) -> None:
        self.counted = False

    def add_question(self, scope: str, day: date) -> None:
        self.counted = True

    def used(self, scope: str, day: date) -> int:
        return 0

    def add(self, scope: str, day: date, usage: Usage) -> None:
        """There is no model."""

    def add_cached(self, scope: str, day: date) -> None:
        """There is no model."""


def main(_: object = None) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    channel, greeting = lifetime.attach_to_parent()
    stop, requests = threading.Event(), SimpleQueue[Json | None]()
    threading.Thread(target=lifetime.end_in_time, args=(stop,), daemon=True).start()
    threading.Thread(target=_listen, args=(channel, stop, requests), daemon=True).start()
    settings = IngestSettings(**greeting["settings"], chroma_api_key=SecretStr(greeting["chroma_api_key"]))
    opened = open_with_server_index(settings) if settings.chroma_url else open_beside_owner(settings)
    with opened as corpus:
        desk = Desk(channel, requests, corpus, timedelta(days=greeting["old_days"]))
        gc.collect()
        gc.freeze()  # as in the bot: what is open stays, so the collector need not look through it again
        working = [threading.Thread(target=desk.work) for _ in range(AT_ONCE)]
        for thread in working:
            thread.start()
        for thread in working:
            thread.join()
    return 0


@dataclass(frozen=True)
class Desk:
    """Where requests come from, and where their answers go."""

    channel: socket.socket
    requests: SimpleQueue[Json | None]
    corpus: Searchable
    old_after: timedelta
    sending: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> None:
        """Answer until there are no more requests."""
        noted = Noted()
        answerer = quotes_answerer(self.corpus, self.old_after, noted)
        while (request := self.requests.get()) is not None:
            noted.counted = False
            reply = _reply(answerer, request) | {"n": request["n"], "counted": noted.counted}
            with suppress(BrokenWireError, OSError), self.sending:
                send(self.channel, reply)


def _listen(channel: socket.socket, stop: threading.Event, requests: SimpleQueue[Json | None]) -> None:
    """Take requests until the parent has none left or is gone."""
    with suppress(BrokenWireError, OSError):
        while True:
            requests.put(receive(channel)[0])
    for _ in range(AT_ONCE):
        requests.put(None)
    stop.set()


def _reply(answerer: Answerer, request: Json) -> Json:
    """The answer to a question; to a request without one nothing, which tells that this process is ready."""
    if "question" not in request:
        return {}
    try:
        with speaking(request["speak"]):
            return {"answer": answer_to_json(answerer.answer(question_of(request["question"])))}
    except Exception as error:  # the parent tries it itself, and tells whoever asked what is wrong
        return {"error": type(error).__name__}


if __name__ == "__main__":
    sys.exit(run(main, []))
