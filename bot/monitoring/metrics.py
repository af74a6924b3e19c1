"""The bot's numbers for Prometheus. The only file that knows prometheus-client.

Names and units follow Prometheus, "Metric and label naming". Labels have few values, none of them a person or a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bot.answering.models import Answer, Question

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_LAG_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Answering(Protocol):
    """See `bot.services.Answering`."""

    def answer(self, question: Question, so_far: Callable[[Answer], None] | None = None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Levels:
    """What is counted when somebody looks.

    Attributes:
        sources: number of sources by health, "ok" or "failing".
        backlog: chunks that wait to be indexed.
        backlog_age_s: how long the first of them has waited, in seconds; 0.0 if none waits.
        newest_article_age_s: age of the newest article in seconds; None without articles.
        tokens: tokens of the language model used today, by kind.
        digests_late: digests that are overdue and not posted.
        disk_free_bytes: room on the disk of DATA_DIR; None if it cannot be told.
    """

    sources: Mapping[str, int] = field(default_factory=dict)
    articles: int = 0
    backlog: int = 0
    backlog_age_s: float = 0.0
    newest_article_age_s: float | None = None
    tokens: Mapping[str, int] = field(default_factory=dict)
    digests_late: int = 0
    disk_free_bytes: int | None = None


class Metrics:
    """Counts what happens; one per process. Safe in threads.

    Args:
        levels: looks up what is not counted along the way; called at each look.
    """

    def __init__(self, levels: Callable[[], Levels]) -> None:
        self._registry = registry = CollectorRegistry()
        registry.register(_LevelCollector(levels))
        self.questions = Counter(
            "verbatim_questions", "Questions by outcome and mode.", ["outcome", "mode"], registry=registry
        )
        self.stages = Histogram(
            "verbatim_answer_stage_seconds",
            "Time of an answer by stage.",
            ["stage"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.dropped = Counter(
            "verbatim_statements_dropped", "Statements of the language model that failed the checks.", registry=registry
        )
        self.lag = Histogram(
            "verbatim_event_loop_lag_seconds", "How late the event loop is.", buckets=_LAG_SECONDS, registry=registry
        )
        self.gateway = Gauge("verbatim_gateway_latency_seconds", "Heartbeat latency of Discord.", registry=registry)
        self.guilds = Gauge("verbatim_guilds", "Servers that the bot is on.", registry=registry)
        self.answer_workers = Gauge(
            "verbatim_answer_workers", "Processes that answer beside the bot's own.", registry=registry
        )

    def answered(self, answer: Answer) -> None:
        """Count an answer."""
        self.questions.labels(answer.status.value, answer.mode.value).inc()
        self.dropped.inc(answer.dropped)
        for stage, milliseconds in answer.timings_ms.items():
            self.stages.labels(stage).observe(milliseconds / 1000.0)

    def text(self) -> bytes:
        """All numbers in Prometheus's text format."""
        return generate_latest(self._registry)


@dataclass(frozen=True, slots=True)
class MeasuredAnswerer:
    """An answerer whose answers are counted."""

    answerer: Answering
    metrics: Metrics

    def answer(self, question: Question, so_far: Callable[[Answer], None] | None = None) -> Answer:
        """See `bot.services.Answering.answer`."""
        with self._failures_counted():
            answer = self.answerer.answer(question, so_far)
        self.metrics.answered(answer)
        return answer

    @contextmanager
    def _failures_counted(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.metrics.questions.labels("error", "none").inc()
            raise


class _LevelCollector(Collector):
    def __init__(self, levels: Callable[[], Levels]) -> None:
        self._levels = levels

    def collect(self) -> Iterator[Metric]:
        levels = self._levels()
        yield _by("verbatim_sources", "Sources by health.", "health", levels.sources)
        yield _by("verbatim_model_tokens_today", "Tokens used today (UTC), by kind.", "kind", levels.tokens)
        yield GaugeMetricFamily("verbatim_articles", "Stored articles.", levels.articles)
        yield GaugeMetricFamily("verbatim_backlog_chunks", "Chunks that wait to be indexed.", levels.backlog)
        yield GaugeMetricFamily(
            "verbatim_backlog_age_seconds", "How long the first of them has waited.", levels.backlog_age_s
        )
        yield GaugeMetricFamily("verbatim_digests_late", "Digests overdue and not posted.", levels.digests_late)
        if levels.disk_free_bytes is not None:
            yield GaugeMetricFamily("verbatim_disk_free_bytes", "Room on the disk of DATA_DIR.", levels.disk_free_bytes)
        if levels.newest_article_age_s is not None:
            yield GaugeMetricFamily(
                "verbatim_newest_article_age_seconds", "Age of the newest article.", levels.newest_article_age_s
            )

    def describe(self) -> list[Metric]:
        """Nothing: what there is to collect is known only when somebody looks."""
        return []


def _by(name: str, what: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
