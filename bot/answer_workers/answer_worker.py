"""One answer worker as the bot sees it: kept running, asked while it is ready, ended."""

from __future__ import annotations

from collections.abc import Callable

from bot.answer_workers.messages import answer_of, question_to_json
from bot.answering.models import Answer, Question
from bot.translation import spoken
from ingest.processes.child import Child, ChildExited
from ingest.processes.keeper import Keeper

PATIENCE_S = 15.0
"""The longest wait for one answer, in seconds; those of a worker take milliseconds, "what's new?" a few seconds."""
_START_S = 60.0
"""The longest wait until it has loaded its model, in seconds."""

Start = Callable[[], Child]


class NoAnswerError(Exception):
    """The worker is gone, or could not answer."""


class AnswerWorker:
    """Runs until `close`: a child that ends is followed by another. Thread-safe.

    Attributes:
        ahead: how many questions it has now; counted by whoever asks.
    """

    def __init__(self, start: Start) -> None:
        self._start_child = start
        self._starting: Child | None = None
        self._closed = False
        self.ahead = 0
        self._keeper = Keeper(self._start, "an answer worker")

    @property
    def pid(self) -> int | None:
        """The child's process id; None while it starts."""
        return self._keeper.pid

    @property
    def is_ready(self) -> bool:
        return self._keeper.pid is not None

    def answer(self, question: Question) -> tuple[Answer, bool]:
        """The answer, and whether its question is to be counted.

        Raises:
            NoAnswerError: see there.
        """
        child = self._keeper.child(0.0)
        if child is None:
            raise NoAnswerError("it has ended")
        asked = {"question": question_to_json(question), "speak": spoken()}
        try:
            reply, _ = child.ask(asked, b"", PATIENCE_S)
        except ChildExited as error:
            raise NoAnswerError("it ended, or took too long") from error
        if "answer" not in reply:
            raise NoAnswerError(str(reply.get("error")))
        try:
            return answer_of(reply["answer"], question), bool(reply["counted"])
        except (KeyError, TypeError, ValueError) as error:  # the program was replaced while this process ran
            raise NoAnswerError("its answers are those of another version; restart the bot") from error

    def close(self) -> None:
        """End it once it has answered what it has. A second call does nothing."""
        self._closed = True
        if (starting := self._starting) is not None:
            starting.kill()
        self._keeper.close()

    def _start(self) -> Child:
        """A child that has opened the corpus.

        Raises:
            OSError: it could not.
        """
        child = self._starting = self._start_child()
        try:
            if self._closed:
                child.kill()
            child.ask({}, b"", _START_S)
        except ChildExited as error:
            raise OSError(f"could not start: {child.wait()}") from error
        finally:
            self._starting = None
        return child
