"""The composition root of the bot: an open corpus, what answers over it, and the ingest beside it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answering.answerer import Answerer
from bot.answering.budget import Budget, Ledger, Thrift
from bot.answering.language_model import LanguageModel
from bot.services import Services
from bot.settings import BotSettings, secrets_of
from ingest.indexing.indexer import Indexer
from ingest.wiring import Corpus, open_corpus, open_documents, open_fetcher
from ingest.work.worker import repeat

if TYPE_CHECKING:
    from bot.digest.digester import Digester
    from bot.keeping.usage import UsageKeeper
    from bot.store.usage import UsageBook


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


def make_digester(settings: BotSettings, corpus: Corpus, ledger: Ledger | None = None) -> Digester:
    """Digests over an open corpus, with the same language model and, given a ledger, out of the same budgets."""
    from bot.digest.digester import Digester
    from bot.keeping.digests import Archived
    from bot.store.digests import Digests

    budget = Budget(ledger, settings.model_tokens_per_day) if ledger else None
    archive = Archived(Digests(corpus.catalogue.database), corpus.search.model)
    model, timeout_s = make_model(settings), settings.openai_timeout_s
    return Digester(corpus.catalogue, corpus.search, model, timeout_s, archive, budget)


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


def make_usage_keeper(settings: BotSettings, book: UsageBook) -> UsageKeeper:
    """Tells what was asked and what the language model has cost."""
    from bot.keeping.usage import UsageKeeper

    model = settings.openai_model if settings.has_language_model else ""
    return UsageKeeper(book, model, settings.model_tokens_per_day)


@contextmanager
def open_services(settings: BotSettings) -> Iterator[Services]:
    """Everything the Discord side calls, with the ingest running beside it on the embedded index.

    Reading and embedding are a process of their own: their work on words would hold Python's lock, and with it
    Discord's heartbeats and everybody's answers.

    Raises:
        VerbatimError: what `open_corpus` raises.
    """
    from bot.keeping.alarms import AlarmKeeper
    from bot.keeping.answers import AnswerKeeper
    from bot.keeping.digests import DigestKeeper
    from bot.keeping.guilds import GuildKeeper
    from bot.keeping.housekeeping import Housekeeper
    from bot.keeping.sources import SourceKeeper
    from bot.store import Store
    from ingest.apart import Keeper
    from ingest.registry import Registry

    with ExitStack() as stack:
        corpus = stack.enter_context(open_corpus(settings, "bot"))
        fetcher = stack.enter_context(open_fetcher(settings))
        documents = stack.enter_context(open_documents(settings))
        if not settings.chroma_url:  # with a server, `python -m ingest run` is a process of its own
            stack.enter_context(closing(Keeper(settings, hidden=secrets_of(settings))))
            stack.enter_context(_taking_up(corpus.indexer))
        store = Store(corpus.catalogue.database)
        answerer = make_answerer(settings, corpus, store.usage)
        digester = make_digester(settings, corpus, store.usage)
        sources = SourceKeeper(Registry(corpus.catalogue, fetcher, documents))
        answers, guilds = AnswerKeeper(store, corpus.catalogue), GuildKeeper(store.guilds)
        given = DigestKeeper(store.digests, corpus.catalogue, digester, corpus.search.model)
        housekeeper = Housekeeper(store.guilds, guilds, answers, store.usage, store.digests)
        alarms = AlarmKeeper(corpus.catalogue.alarms, store.guilds)
        usage, notes = make_usage_keeper(settings, store.usage), corpus.catalogue.facts
        yield Services(answerer, digester, sources, answers, guilds, housekeeper, notes, alarms, usage, given)


@contextmanager
def _taking_up(indexer: Indexer) -> Iterator[None]:
    """What the reading process embeds goes into the index, in a thread of this process, until the `with` block ends."""
    stop = threading.Event()
    work = (stop, lambda: indexer.take_up(stop=stop.is_set))
    thread = threading.Thread(target=repeat, args=work, name="indexing")
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
    from bot.running import require_token, run_discord

    require_token(settings)
    logging.getLogger("bot").setLevel(logging.INFO)
    with open_services(settings) as services:
        left_at_work = run_discord(settings, services)
    if left_at_work:  # all is closed; Python would end these threads inside of libraries that do not survive it
        logging.shutdown()
        os._exit(0)
