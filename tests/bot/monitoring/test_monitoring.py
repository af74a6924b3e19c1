"""An operator sees whether the bot is well and what it does, and reads nobody's words."""

from __future__ import annotations

import json
import logging
import re
import socket
from dataclasses import replace

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.answering.models import Answer, Mode, Question, Status
from bot.monitoring.json_log import JsonFormatter, request
from bot.monitoring.metrics import Levels, MeasuredAnswerer, Metrics
from bot.monitoring.server import monitored
from bot.settings import BotSettings
from ingest.errors import CatalogueError
from tests.bot.examples import abstention, answer, quote

LEVELS = Levels({"ok": 3, "failing": 1}, 120, 7, 90.0, 3600.0, {"prompt": 900, "completion": 50}, 2)


def numbers(metrics: Metrics) -> dict[str, float]:
    """Every sample, by its name and labels."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        sample.name + "".join(f" {label}={value}" for label, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Answering:
    """Gives one answer after the other; an exception is raised instead."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self._left = list(answers)

    def answer(self, question: Question, so_far: object = None) -> Answer:
        given = self._left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given


def test_answers_are_counted_by_outcome_with_their_times_and_what_was_dropped() -> None:
    metrics = Metrics(Levels)
    written = replace(answer(quote(1, "One.")), mode=Mode.MODEL, dropped=2, timings_ms={"retrieve": 30, "total": 900})
    measured = MeasuredAnswerer(Answering(written, abstention("None."), CatalogueError("a", "b", "c")), metrics)
    question = written.question
    assert measured.answer(question).status is Status.ANSWERED
    assert measured.answer(question).status is Status.NO_EVIDENCE
    with pytest.raises(CatalogueError):
        measured.answer(question)
    found = numbers(metrics)
    assert found["verbatim_questions_total mode=model outcome=answered"] == 1
    assert found["verbatim_questions_total mode=quotes outcome=no_evidence"] == 1
    assert found["verbatim_questions_total mode=none outcome=error"] == 1
    assert found["verbatim_statements_dropped_total"] == 2
    assert found["verbatim_answer_stage_seconds_sum stage=total"] == pytest.approx(0.9)


def test_the_monitor_listens_on_loopback_and_shows_no_words() -> None:
    assert BotSettings.load().monitor_address.startswith("127.0.0.1:")
    metrics = Metrics(Levels)
    asked = answer(quote(1, "Marmalade is one."))
    MeasuredAnswerer(Answering(asked), metrics).answer(replace(asked.question, text="What is marmalade?"))
    assert b"marmalade" not in metrics.text().lower()


def test_what_there_is_is_counted_when_somebody_looks() -> None:
    found = numbers(Metrics(lambda: LEVELS))
    assert found["verbatim_sources health=failing"] == 1
    assert found["verbatim_backlog_chunks"] == 7
    assert found["verbatim_backlog_age_seconds"] == 90
    assert found["verbatim_newest_article_age_seconds"] == 3600
    assert found["verbatim_model_tokens_today kind=prompt"] == 900
    assert found["verbatim_digests_late"] == 2


async def test_only_readiness_fails_where_the_bot_cannot_answer() -> None:
    why, port = ["not connected to Discord"], free_port()

    async def ready() -> str:
        return why[0]

    async with monitored(f"127.0.0.1:{port}", Metrics(lambda: LEVELS), ready), aiohttp.ClientSession() as session:

        async def get(path: str) -> tuple[int, str]:
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                return response.status, await response.text()

        assert await get("/healthz") == (200, "ok\n")
        assert await get("/readyz") == (503, "not connected to Discord\n")
        why[0] = ""
        assert await get("/readyz") == (200, "ok\n")
        status, text = await get("/metrics")
        assert (status, "verbatim_articles 120.0" in text) == (200, True)
        assert "verbatim_event_loop_lag_seconds_bucket" in text


async def test_a_port_that_is_taken_is_logged_and_the_bot_runs_on(caplog: pytest.LogCaptureFixture) -> None:
    async def ready() -> str:
        return ""

    address = f"127.0.0.1:{free_port()}"
    async with monitored(address, Metrics(Levels), ready), monitored(address, Metrics(Levels), ready):
        assert f"MONITOR_ADDRESS={address}" in caplog.text


def test_log_lines_of_one_question_share_an_id() -> None:
    def line() -> dict[str, str]:
        record = logging.LogRecord("bot", logging.WARNING, "", 0, "it is %s", ("late",), None)
        written: dict[str, str] = json.loads(JsonFormatter().format(record))
        return written

    with request():
        first, second = line(), line()
    with request():
        other = line()
    assert first["message"] == "it is late"
    assert first["request"] == second["request"] != other["request"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", first["time"])
    assert "request" not in line()
