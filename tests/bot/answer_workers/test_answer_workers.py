"""Answer workers give the same answers, come when many wait, go when few do, and lose no question when they die."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.answer_workers.answer_worker import AnswerWorker, NoAnswerError
from bot.answer_workers.answer_workers import AHEAD, AnswerWorkers
from bot.answering.models import Answer, Question, Turn, Window
from bot.translation import speaking
from bot.wiring.answer_workers import starter
from ingest.processes.child import Child
from ingest.processes.queueing_child import QueueingChild
from tests.bot.answer_workers.conftest import Desk
from tests.ingest.processes.alive import is_alive, wait_for
from tests.newsroom import ROOT

AT = datetime(2026, 1, 10, 12, tzinfo=UTC)
TEXTS = (
    "What is DeepSeek Sparse Attention?",
    "How many parameters does DeepSeek-V3.2 have, and who sells Trainium3?",
    "What did Anthropic announce with Snowflake?",
    "Which papers won awards at NeurIPS 2025?",
    "How much do memory prices rise?",
    "How do I bake sourdough bread with rye flour?",
    "What happened in December 2025?",
    "What's new?",
    "Thanks!",
    "\ud800 what does this do to DeepSeek?",
)
QUESTIONS = (
    *(Question(text, AT) for text in TEXTS),
    Question("And who makes it?", AT, (Turn("user", TEXTS[0]), Turn("assistant", "A way to attend."))),
    Question("What was announced yesterday?", AT, zone=ZoneInfo("Pacific/Auckland"), asker_id="5"),
    Question(TEXTS[0], AT, window=Window(datetime(2025, 12, 1, tzinfo=UTC), None)),
    Question(TEXTS[0], datetime(2020, 1, 1, tzinfo=UTC)),
    Question(TEXTS[0], AT, scopes=("123", "shared")),
    Question(TEXTS[0], AT, scopes=("123",)),
)


@dataclass
class Starts:
    """Starts answer workers and remembers them."""

    start: Callable[[], Child]
    children: list[Child] = field(default_factory=list)

    def __call__(self) -> Child:
        self.children.append(self.start())
        return self.children[-1]


@contextmanager
def helped(desk: Desk, most: int = 1, idle_s: float = 300.0) -> Iterator[tuple[AnswerWorkers, Starts]]:
    """The desk's answerer with workers that come as soon as questions wait."""
    starts = Starts(starter(desk.settings))
    desk.counted.clear()
    workers = AnswerWorkers(desk.answerer, starts, most, desk.counted.append, moment_s=0.0, idle_s=idle_s)
    with closing(workers):
        yield workers, starts


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_ms=dict.fromkeys(answer.timings_ms, 0))


def crowd(workers: AnswerWorkers, questions: Sequence[Question], at_once: int = 0) -> list[Answer]:
    """Ask all of them, by default as many at once as there is anything to gain from; the answers in their order."""
    with ThreadPoolExecutor(at_once or workers.at_once) as pool:
        return list(pool.map(workers.answer, questions))


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_workers_answers_are_this_processs_own_to_the_letter(desk: Desk, language: str) -> None:
    with closing(AnswerWorker(starter(desk.settings))) as worker, speaking(language):
        wait_for(lambda: worker.is_ready)
        for question in QUESTIONS:
            answer, counted = worker.answer(question)
            assert untimed(answer) == untimed(desk.answerer.answer(question))
            assert answer.timings_ms.keys() == desk.answerer.answer(question).timings_ms.keys()
            assert counted == (question.text != "Thanks!")


def test_a_worker_is_started_when_many_wait_and_takes_the_questions_from_then_on(desk: Desk) -> None:
    with helped(desk) as (workers, starts):
        for question in QUESTIONS:
            workers.answer(question)
        assert starts.children == []
        crowd(workers, QUESTIONS * 3)
        wait_for(lambda: workers.pids)
        desk.counted.clear()
        answers = list(map(untimed, crowd(workers, QUESTIONS, AHEAD)))
        assert answers == [untimed(desk.answerer.answer(question)) for question in QUESTIONS]
        assert len(starts.children) == 1
        assert len(desk.counted) == len(QUESTIONS) - 1  # by workers alone: what is answered here counts itself
    (child,) = starts.children
    assert not is_alive(child.pid)


def test_no_more_workers_are_started_than_allowed_and_with_none_allowed_none(desk: Desk) -> None:
    for most in (0, 2):
        with helped(desk, most) as (workers, starts):
            for _ in range(4):
                crowd(workers, QUESTIONS * 3)
            assert len(starts.children) <= most


def test_every_question_is_answered_while_workers_are_killed(desk: Desk) -> None:
    expected = [untimed(desk.answerer.answer(question)) for question in QUESTIONS]
    with helped(desk) as (workers, starts), ThreadPoolExecutor(1) as killer:
        crowd(workers, QUESTIONS * 3)
        wait_for(lambda: workers.pids)
        asked = killer.submit(lambda: [crowd(workers, QUESTIONS) for _ in range(20)])
        wait_for(lambda: kill(workers) or asked.done())
        wait_for(lambda: len(starts.children) > 1 or asked.done())
        assert [list(map(untimed, answers)) for answers in asked.result()] == [expected] * 20
        wait_for(lambda: workers.pids)  # a successor
        assert list(map(untimed, crowd(workers, QUESTIONS))) == expected
    for child in starts.children:
        assert not is_alive(child.pid)


def kill(workers: AnswerWorkers) -> bool:
    """Kill the workers that are ready; whether there were any."""
    pids = workers.pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return bool(pids)


def test_the_workers_end_when_few_questions_come_and_come_again_when_many_do(desk: Desk) -> None:
    with helped(desk, idle_s=1.0) as (workers, starts):
        for _ in range(2):
            before = len(starts.children)
            crowd(workers, QUESTIONS * 3)
            assert len(starts.children) > before
            wait_for(lambda: not any(is_alive(child.pid) for child in starts.children))
            assert workers.answer(QUESTIONS[0]).quotes


def test_a_worker_that_cannot_start_costs_no_answer(desk: Desk) -> None:
    broken = desk.settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:9/nothing"})
    workers = AnswerWorkers(desk.answerer, starter(broken), 1, desk.counted.append, moment_s=0.0)
    with closing(workers):
        assert all(answer.question for answer in crowd(workers, QUESTIONS * 3))
        assert workers.pids == []


def test_a_worker_of_another_version_costs_no_answer(desk: Desk) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def start() -> Child:
        return QueueingChild("tests.bot.answer_workers.another_version", environment=environment)

    with closing(AnswerWorkers(desk.answerer, start, 1, desk.counted.append, moment_s=0.0)) as workers:
        crowd(workers, QUESTIONS * 3)
        wait_for(lambda: workers.pids)
        assert untimed(workers.answer(QUESTIONS[0])) == untimed(desk.answerer.answer(QUESTIONS[0]))


def test_a_worker_sees_no_token_and_is_gone_when_it_is_closed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    with closing(AnswerWorker(starter(desk.settings))) as worker:
        wait_for(lambda: worker.is_ready)
        pid = worker.pid
        assert pid is not None
        with open(f"/proc/{pid}/environ", "rb") as environment:
            assert b"DISCORD_TOKEN" not in environment.read()
    assert not is_alive(pid)
    with pytest.raises(NoAnswerError):
        worker.answer(QUESTIONS[0])
