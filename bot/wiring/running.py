"""The Discord bot as a process: its services, its numbers, its log."""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.answer_workers.answer_workers import AnswerWorkers
from bot.discord.running import require_token, run_discord
from bot.monitoring.json_log import log_as_json
from bot.monitoring.metrics import Levels, MeasuredAnswerer, Metrics
from bot.services import Services
from bot.settings import BotSettings
from bot.wiring.services import open_services
from ingest.clock import utc_now


def run_bot(settings: BotSettings) -> None:
    """Run the Discord bot until SIGTERM.

    Raises:
        SettingsError: the token is missing or was refused, or other processes could not use this one's index.
    """
    require_token(settings)
    settings.require_shared_index()
    logging.getLogger("bot").setLevel(logging.INFO)
    if settings.log_format == "json":
        log_as_json()
    with open_services(settings) as services:
        metrics = Metrics(partial(_levels, services, settings.data_dir))
        if isinstance(services.answerer, AnswerWorkers):
            metrics.answer_workers.set_function(services.answerer.running)
        measured = replace(services, answerer=MeasuredAnswerer(services.answerer, metrics))
        left_at_work = run_discord(settings, measured, metrics)
    if left_at_work:  # all is closed; a normal exit would stop these threads inside libraries that cannot take it
        logging.shutdown()
        os._exit(0)


def _levels(services: Services, data_dir: Path) -> Levels:
    """What the services can count."""
    now, corpus = utc_now(), services.sources.standing()
    used = services.usage.on(now.date())
    newest = corpus.newest_article_at
    return Levels(
        sources={"ok": corpus.sources - corpus.failing, "failing": corpus.failing},
        articles=corpus.articles,
        backlog=corpus.backlog,
        backlog_age_s=(now - corpus.waiting_since).total_seconds() if corpus.waiting_since else 0.0,
        newest_article_age_s=None if newest is None else (now - newest).total_seconds(),
        tokens={"prompt": used.prompt_tokens, "completion": used.completion_tokens},
        digests_late=services.digests.late(),
        disk_free_bytes=shutil.disk_usage(data_dir).free if data_dir.exists() else None,
    )
