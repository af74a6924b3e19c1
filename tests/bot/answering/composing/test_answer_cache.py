"""A guild's budget is kept, and nothing is asked twice; what is new is asked anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.answering.composing.answer_cache import AnswerCache, ModelGate, cache_key
from bot.answering.composing.compose_model import Composed
from bot.answering.models import Mode, Question, Statement
from bot.llm.budget import Budget
from bot.llm.language_model import Usage
from bot.services.records import Tally
from bot.services.usage import UsageService, report_lines
from ingest.wiring import Corpus
from tests.bot.answering.news import ARTICLES, ASKED_AT, QUESTION, ingested
from tests.bot.answering.passages import ANTHROPIC, GOOGLE
from tests.bot.answering.scripted_model import TRUE, ScriptedModel, said

DAY = ASKED_AT.date()
IN_GUILD = Question(QUESTION, ASKED_AT, scopes=("shared", "42"))
ELSEWHERE = replace(IN_GUILD, scopes=("shared", "43"))
PASSAGES = [ANTHROPIC.passage, GOOGLE.passage]
MADE = Composed(statements=(Statement("It is so.", (1,)),))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with ingested(tmp_path_factory.mktemp("news"), ARTICLES) as opened:
        yield opened


def answering(corpus: Corpus, model: ScriptedModel, tokens_per_day: int) -> Answerer:
    """An answerer whose budget stands in the real table; each of the model's replies costs 110 tokens."""
    model_gate = ModelGate(Budget(UsageService(corpus.catalogue.database), tokens_per_day), AnswerCache(0))
    return Answerer(corpus.catalogue, corpus.search, model, model_gate=model_gate)


def test_a_used_up_budget_ends_in_quotes_for_that_guild_and_that_day(corpus: Corpus) -> None:
    model = ScriptedModel(said(TRUE))
    answerer = answering(corpus, model, tokens_per_day=200)
    assert [answerer.answer(IN_GUILD).mode for _ in range(2)] == [Mode.MODEL, Mode.MODEL]
    third = answerer.answer(IN_GUILD)
    assert third.mode is Mode.QUOTES
    assert third.note == "Quotes only, without the language model: today's budget for it is used up."
    assert len(model.heard) == 2
    assert answerer.answer(ELSEWHERE).mode is Mode.MODEL
    assert answerer.answer(replace(IN_GUILD, asked_at=ASKED_AT + timedelta(days=1))).mode is Mode.MODEL


def test_usage_is_counted_by_guild_and_day(corpus: Corpus) -> None:
    usage = UsageService(corpus.catalogue.database)
    usage.add("7", DAY, Usage(100, 10))
    usage.add("7", DAY, Usage(50, 5))
    usage.add("8", DAY - timedelta(days=1), Usage(1, 1))
    assert (usage.used("7", DAY), usage.used("7", date(2020, 1, 1)), usage.used("9", DAY)) == (165, 0, 0)
    assert usage.since(date(2020, 1, 1)).completion_tokens >= 16
    assert usage.on(DAY, "7") == Tally(answers=2, prompt_tokens=150, completion_tokens=15)
    assert usage.forget_before(DAY) == 1


def test_questions_and_remembered_answers_are_counted_beside_those_of_the_model(corpus: Corpus) -> None:
    book = UsageService(corpus.catalogue.database)
    answerer = Answerer(corpus.catalogue, corpus.search, ScriptedModel(said(TRUE)), model_gate=ModelGate(Budget(book)))
    asked = replace(IN_GUILD, scopes=("shared", "99"))
    for text in (QUESTION, QUESTION, "Who won the chess match in Oslo?", "thanks!"):
        answerer.answer(replace(asked, text=text))
    assert book.on(DAY, "99") == Tally(3, cached=1, answers=1, prompt_tokens=100, completion_tokens=10)
    report = UsageService(corpus.catalogue.database, "tiny", 1_000).report(ASKED_AT)
    assert [one["tokens_left"] for one in report["scopes"] if one["scope"] == "99"] == [890]
    assert "  99: 3 questions, the model asked 1 times, 1 remembered, 110 tokens, 890 tokens left" in [
        *report_lines(report)
    ]


def test_no_limit_is_no_limit(corpus: Corpus) -> None:
    answerer = answering(corpus, ScriptedModel(said(TRUE)), tokens_per_day=0)
    assert {answerer.answer(IN_GUILD).mode for _ in range(3)} == {Mode.MODEL}


def test_the_same_question_over_the_same_news_is_asked_once(corpus: Corpus) -> None:
    model = ScriptedModel(said(TRUE))
    answerer = Answerer(corpus.catalogue, corpus.search, model)
    first, second = answerer.answer(IN_GUILD), answerer.answer(replace(ELSEWHERE, text=f" {QUESTION.upper()}"))
    assert (len(model.heard), first.statements) == (1, second.statements)
    answerer.answer(replace(IN_GUILD, text="What did Anthropic raise in Series H, and who led?"))
    assert len(model.heard) == 2


def test_an_article_that_matters_makes_the_question_new(tmp_path: Path) -> None:
    model = ScriptedModel(said(TRUE))
    newer = {"later": ("Anthropic's Series H", "Anthropic closed its Series H at $65B, it says.")}
    model_gate = ModelGate()
    for folder, articles in (("before", ARTICLES), ("after", ARTICLES | newer)):
        (tmp_path / folder).mkdir()
        with ingested(tmp_path / folder, articles) as corpus:
            Answerer(corpus.catalogue, corpus.search, model, model_gate=model_gate).answer(IN_GUILD)
    assert len(model.heard) == 2


def test_failures_are_not_remembered_and_the_oldest_answers_go_first() -> None:
    cache = AnswerCache(size=2)
    keys = [cache_key(text, ASKED_AT, PASSAGES) for text in ("a", "b", "c")]
    cache.put(keys[0], Composed(failure="no connection"))
    assert cache.get(keys[0]) is None
    cache.put(keys[0], Composed(nothing_found=True))
    assert cache.get(keys[0]) is not None
    for key in keys[:2]:
        cache.put(key, MADE)
    cache.get(keys[0])
    cache.put(keys[2], MADE)
    assert [cache.get(key) is MADE for key in keys] == [True, False, True]


def test_other_passages_or_another_day_are_another_question() -> None:
    key = cache_key("What?", ASKED_AT, PASSAGES)
    assert key == cache_key(" what? ", ASKED_AT + timedelta(hours=1), PASSAGES)
    assert key != cache_key("What?", ASKED_AT + timedelta(days=1), PASSAGES)
    assert key != cache_key("What?", ASKED_AT, PASSAGES[:1])
    assert key != cache_key("What?", ASKED_AT, PASSAGES, "de")
