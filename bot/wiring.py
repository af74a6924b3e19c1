"""The composition root of the bot: an open corpus, what answers over it, and the ingest beside it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answering.answerer import Answerer
from bot.answering.budget import Budget, Ledger, Thrift
from bot.answering.language_model import LanguageModel
from bot.services import Services
from bot.settings import BotSettings
from ingest.wiring import Corpus, make_pipeline, open_corpus, open_documents, open_fetcher
from ingest.worker import Worker

if TYPE_CHECKING:
    from bot.digest.digester import Digester


def make_answerer(settings: BotSettings, corpus: Corpus, ledger: Ledger | None = None) -> Answerer:
    """Answers over an open corpus, with the language model that the settings name, if any.

    `ledger` counts what the model costs and holds guilds to their budget; the operator's own terminal has none.
    """
    return Answerer(
        corpus.catalogue,
        corpus.search,
        make_model(settings),
        settings.openai_timeout_s,
        settings.model_max_tokens,
        timedelta(days=settings.evidence_old_days),
        Thrift(Budget(ledger, settings.model_tokens_per_day) if ledger else None),
    )


def make_digester(settings: BotSettings, corpus: Corpus) -> Digester:
    """Digests over an open corpus, with the same language model."""
    from bot.digest.digester import Digester

    return Digester(corpus.catalogue, corpus.search, make_model(settings), settings.openai_timeout_s)


def make_model(settings: BotSettings) -> LanguageModel | None:
    """The language model, or None for quotes mode."""
    if not settings.has_language_model:
        return None
    from bot.openai_model import OpenAIModel

    return OpenAIModel(
        model=settings.openai_model,
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
    )


@contextmanager
def open_services(settings: BotSettings) -> Iterator[Services]:
    """Everything the Discord side calls, with the ingest schedule running beside it on the embedded index.

    Raises:
        VerbatimError: what `open_corpus` raises.
    """
    from bot.answer_keeper import AnswerKeeper
    from bot.guild_settings import GuildKeeper
    from bot.housekeeping import Housekeeper
    from bot.source_keeper import SourceKeeper
    from bot.store import Store
    from ingest.registry import Registry

    with ExitStack() as stack:
        corpus = stack.enter_context(open_corpus(settings, "bot"))
        fetcher = stack.enter_context(open_fetcher(settings))
        documents = stack.enter_context(open_documents(settings))
        if not settings.chroma_url:  # with a server, `python -m ingest run` is a process of its own
            pipeline = make_pipeline(settings, corpus.catalogue, fetcher, documents)
            stack.enter_context(_working(Worker(corpus.catalogue, pipeline, corpus.indexer, settings.fetch_workers)))
        store = Store(corpus.catalogue.database)
        answerer = make_answerer(settings, corpus, store.usage)
        digester = make_digester(settings, corpus)
        sources = SourceKeeper(Registry(corpus.catalogue, fetcher, documents))
        answers, guilds = AnswerKeeper(store, corpus.catalogue), GuildKeeper(store.guilds)
        housekeeper = Housekeeper(store.guilds, guilds, answers)
        yield Services(answerer, digester, sources, answers, guilds, housekeeper, corpus.catalogue.facts)


@contextmanager
def _working(worker: Worker) -> Iterator[None]:
    """The ingest in threads of its own until the `with` block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.stay, args=(stop,), name="ingest")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run_bot(settings: BotSettings) -> None:
    """Be the Discord bot until SIGTERM.

    Raises:
        SettingsError: the token is missing or was refused.
    """
    from bot.client import require_token, run_discord

    require_token(settings)
    logging.getLogger("bot").setLevel(logging.INFO)
    with open_services(settings) as services:
        run_discord(settings, services)
