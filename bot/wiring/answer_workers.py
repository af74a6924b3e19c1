"""The answer workers that the settings allow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.answer_workers.answer_worker import Start
from bot.answer_workers.answer_workers import AnswerWorkers
from bot.answering.answerer import Answerer
from bot.settings import BotSettings, secrets_of
from ingest.processes.child import Child, environment_without
from ingest.processes.cpu_affinity import usable_processors
from ingest.processes.queueing_child import QueueingChild

BY_ITSELF = 2
"""Answer workers that come without a setting."""


@contextmanager
def open_answer_workers(settings: BotSettings, answerer: Answerer) -> Iterator[AnswerWorkers | None]:
    """An answerer with the processes that help it while many questions wait; they end with the `with` block.

    None beside a language model, for which an answer waits instead of computing.
    """
    if settings.has_language_model:
        yield None
        return
    start, most = starter(settings), most_of(settings)
    with closing(AnswerWorkers(answerer, start, most, answerer.model_gate.asked)) as workers:
        yield workers


def starter(settings: BotSettings) -> Start:
    """A function that starts an answer worker: it gets no token, and no key but that of the index's server."""
    told = {
        "settings": settings.as_json(),
        "old_days": settings.evidence_old_days,
        "chroma_api_key": settings.chroma_api_key.get_secret_value(),
    }
    environment = environment_without(secrets_of(settings))

    def start() -> Child:
        return QueueingChild("bot.workers.answer_worker", environment=environment, greeting=lambda: told)

    return start


def most_of(settings: BotSettings) -> int:
    """How many answer workers there may be. By itself `BY_ITSELF`, where there is more than one processor: one that
    computes most of the time leaves a third of two cores idle, and what waits for it grows (bench/load.py)."""
    if settings.answer_processes == "auto":
        return BY_ITSELF if usable_processors() > 1 else 0
    return settings.answer_processes
