"""The composition root of the bot: an open corpus and what answers over it."""

from __future__ import annotations

from bot.answering.answerer import Answerer
from bot.answering.language_model import LanguageModel
from bot.settings import BotSettings
from ingest.wiring import Corpus


def make_answerer(settings: BotSettings, corpus: Corpus) -> Answerer:
    """Answers over an open corpus, with the language model that the settings name, if any."""
    return Answerer(corpus.catalogue, corpus.search, make_model(settings), settings.openai_timeout_s)


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
