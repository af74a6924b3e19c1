"""Who answers a question: this process as long as few ask, answer workers while many wait.

Answering computes under Python's global lock, which Discord's events, messages and records need too: a busy bot spends
two thirds of it on answers (docs/benchmarks.md, "Many questions at once").
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.answer_workers.answer_worker import AnswerWorker, NoAnswerError, Start
from bot.answering.models import Answer, Question
from bot.services import Answering

AT_ONCE = 2
"""Answers computed in this process at the same time, under one global lock: with four at once the bot answered a tenth
fewer questions a second."""
AHEAD = 4
"""Questions that a worker has at the same time: it works on two of them, and has the next when one is answered."""
FEW = 4
"""So many questions may wait for a seat."""
MOMENT_S = 1.0
"""For so long there may be some that wait, in seconds: if there are more than a few then, a worker is started."""
IDLE_S = 300.0
"""How often it is asked whether the workers are needed, in seconds."""
NEEDED = 0.25
"""They are while they answer for more than this share of the time: this process can do as much beside its own work."""

log = logging.getLogger(__name__)


class AnswerWorkers:
    """Answers questions, here or in up to `most` further processes, which come and go. Thread-safe.

    Args:
        here: answers in this process.
        start: starts an answer worker's process.
        count: counts a question that was answered elsewhere.
    """

    def __init__(
        self,
        here: Answering,
        start: Start,
        most: int,
        count: Callable[[Question], None],
        *,
        moment_s: float = MOMENT_S,
        idle_s: float = IDLE_S,
    ) -> None:
        self._here, self._start, self._most, self._count = here, start, most, count
        self._moment_s, self._idle_s = moment_s, idle_s
        self._changed = threading.Condition()
        self._workers: list[AnswerWorker] = []
        self._computing = self._waiting = 0
        self._waited_since: float | None = None
        self._answering_s = 0.0
        self._closed = threading.Event()

    @property
    def at_once(self) -> int:
        """How many calls of `answer` at the same time are of use: all that are worked on, and some that wait."""
        return AT_ONCE + AHEAD * self._most + 2 * FEW

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that are ready."""
        with self._changed:
            return [worker.pid for worker in self._workers if worker.pid is not None]

    def running(self) -> int:
        """How many workers are ready."""
        return len(self.pids)

    def answer(self, question: Question, so_far: Callable[[Answer], None] | None = None) -> Answer:
        """See `bot.services.Answering`. What a worker cannot answer is answered here."""
        with self._seat() as worker:
            if worker is None:
                return self._here.answer(question, so_far)
            try:
                answer, counted = worker.answer(question)
            except NoAnswerError as error:
                log.warning("a question is answered here, not by an answer worker: %s", error)
                answer = None
        if answer is None:
            with self._seat(here=True):
                return self._here.answer(question, so_far)
        if counted:
            self._count(question)
        return answer

    def close(self) -> None:
        """End all workers. Questions are answered here from now on."""
        self._closed.set()
        self._end_workers()

    @contextmanager
    def _seat(self, *, here: bool = False) -> Iterator[AnswerWorker | None]:
        """Wait for a seat and keep it: at a worker, or None for one in this process."""
        with self._changed:
            self._waiting += 1
            self._look_at_the_queue()
            self._changed.wait_for(lambda: self._has_room(here))
            self._waiting -= 1
            worker = self._taken(here)
            self._look_at_the_queue()
        began = time.monotonic()
        try:
            yield worker
        finally:
            with self._changed:
                self._left(worker, time.monotonic() - began)
                self._changed.notify_all()

    def _ready(self) -> list[AnswerWorker]:
        return [worker for worker in self._workers if worker.is_ready]

    def _has_room(self, here: bool) -> bool:
        """Whether there is a free seat: at a worker, if any is ready. If this process answered beside them, its event
        loop, and with it the workers, would wait for its global lock: 43 answers a second instead of 50."""
        ready = [] if here else self._ready()
        return any(worker.ahead < AHEAD for worker in ready) if ready else self._computing < AT_ONCE

    def _taken(self, here: bool) -> AnswerWorker | None:
        free = [] if here else [worker for worker in self._ready() if worker.ahead < AHEAD]
        if not free:
            self._computing += 1
            return None
        worker = min(free, key=lambda each: each.ahead)
        worker.ahead += 1
        return worker

    def _left(self, worker: AnswerWorker | None, took_s: float) -> None:
        if worker is None:
            self._computing -= 1
        else:
            worker.ahead -= 1
            self._answering_s += took_s / AT_ONCE

    def _look_at_the_queue(self) -> None:
        """Start a worker if some have waited for more than a moment, many do now, and all that were started help."""
        now = time.monotonic()
        if not self._waiting:
            self._waited_since = None
            return
        self._waited_since = self._waited_since or now
        crowded = self._waiting > FEW and now - self._waited_since >= self._moment_s
        if crowded and len(self._ready()) == len(self._workers) < self._most:
            self._waited_since = None
            self._begin()

    def _begin(self) -> None:
        if self._closed.is_set():
            return
        log.info("many questions wait: an answer worker is started")
        if not self._workers:
            self._answering_s = 0.0
            threading.Thread(target=self._watch, name="answer-workers", daemon=True).start()
        self._workers.append(AnswerWorker(self._start))

    def _watch(self) -> None:
        """End the workers when this process can do without them."""
        while not self._closed.wait(self._idle_s):
            with self._changed:
                needed = self._answering_s > NEEDED * self._idle_s
                self._answering_s = 0.0
            if not needed:
                log.info("few questions come: the answer workers are ended")
                self._end_workers()
                return

    def _end_workers(self) -> None:
        with self._changed:
            ended, self._workers = self._workers, []
        for worker in ended:
            worker.close()
