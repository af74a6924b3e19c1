"""What answers and writes digests over an open corpus, and the language model that it asks, if any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answering.answerer import Answerer, Headlines
from bot.answering.composing.answer_cache import ModelGate
from bot.answering.models import Question, Quote, Window
from bot.llm.budget import Budget, Ledger
from bot.llm.language_model import LanguageModel
from bot.settings import BotSettings
from ingest.wiring import Searchable

if TYPE_CHECKING:
    from bot.digest.digester import Digester
    from bot.services.usage import UsageService
    from ingest.catalogue.database import Database


def make_answerer(settings: BotSettings, corpus: Searchable, ledger: Ledger | None = None) -> Answerer:
    """Answers over an open corpus, with the language model that the settings name, if any.

    `ledger` counts the model's tokens and enforces the guilds' budgets; the operator's own terminal has none.
    """
    return Answerer(
        corpus.catalogue,
        corpus.search,
        make_model(settings),
        settings.openai_timeout_s,
        settings.model_max_tokens,
        timedelta(days=settings.evidence_old_days),
        ModelGate(Budget(ledger, settings.model_tokens_per_day) if ledger else None),
        _headlines(corpus),
    )


def quotes_answerer(corpus: Searchable, old_after: timedelta, ledger: Ledger) -> Answerer:
    """The same without a language model; `ledger` is told of each question."""
    gate = ModelGate(Budget(ledger))
    return Answerer(corpus.catalogue, corpus.search, old_after=old_after, model_gate=gate, headlines=_headlines(corpus))


def _headlines(corpus: Searchable) -> Headlines:
    """A function that gives the newest stories; the digest code is imported on its first call."""
    teller: list[Headlines] = []

    def tell(question: Question, window: Window | None) -> Sequence[Quote]:
        if not teller:
            from bot.digest import newest_stories
            from bot.digest.digester import Digester
            from bot.services.answers import AnswerService

            last_asked = AnswerService(corpus.catalogue).last_asked
            teller.append(newest_stories.Headlines(Digester(corpus.catalogue, corpus.search), last_asked))
        return teller[0](question, window)

    return tell


def make_digester(settings: BotSettings, corpus: Searchable, ledger: Ledger | None = None) -> Digester:
    """Digests over an open corpus, with the same language model and, given a ledger, out of the same budgets."""
    from bot.digest.digester import Digester
    from bot.services.digest_rows import DigestArchive

    budget = Budget(ledger, settings.model_tokens_per_day) if ledger else None
    archive = DigestArchive(corpus.catalogue.database, corpus.search.model)
    model, timeout_s = make_model(settings), settings.openai_timeout_s
    return Digester(corpus.catalogue, corpus.search, model, timeout_s, archive, budget)


def make_model(settings: BotSettings) -> LanguageModel | None:
    """The language model, or None for quotes mode."""
    if not settings.has_language_model:
        return None
    from bot.llm.openai_model import OpenAIModel

    return OpenAIModel(
        model=settings.openai_model,
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        responses=settings.openai_api == "responses",
    )


def make_usage(settings: BotSettings, database: Database) -> UsageService:
    """The counts of questions and tokens."""
    from bot.services.usage import UsageService

    model = settings.openai_model if settings.has_language_model else ""
    return UsageService(database, model, settings.model_tokens_per_day)
