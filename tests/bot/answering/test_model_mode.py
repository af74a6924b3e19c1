"""Whatever the language model and its server do, an answer comes, and what it shows holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.answering.models import Answer, Mode, Question, Status
from bot.llm.language_model import LanguageModel
from bot.llm.openai_model import OpenAIModel
from bot.render import render_answer
from ingest.wiring import Corpus
from tests.bot.answering.news import ARTICLES, ASKED_AT, QUESTION, holds, ingested
from tests.bot.answering.scripted_model import REPLIES, ScriptedModel
from tests.servers.openai import (
    BROKEN_JSON,
    HOSTILE_TEXTS,
    INVENTED_IDS,
    INVENTED_QUOTE,
    OpenAIServer,
    Reply,
    always,
    in_turn,
)

TRUE = "Anthropic raised 65 billion dollars in Series H."
OVERFLOW = "This model's maximum context length is 2048 tokens."
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with ingested(tmp_path_factory.mktemp("news"), ARTICLES) as opened:
        yield opened


def said(*statements: dict[str, Any], found: bool = True) -> str:
    return json.dumps({"found": found, "statements": statements})


def answered(corpus: Corpus, model: LanguageModel | None, timeout_s: float = PATIENCE_S) -> Answer:
    answerer = Answerer(corpus.catalogue, corpus.search, model, timeout_s)
    return answerer.answer(Question(QUESTION, ASKED_AT))


def asked(corpus: Corpus, *replies: Reply, timeout_s: float = PATIENCE_S, **options: Any) -> tuple[Answer, list[float]]:
    """The answer through a real server, and the pauses that were made between two tries."""
    pauses: list[float] = []
    name, key = options.pop("name", "loopback-model"), options.pop("key", "loopback-key")
    with OpenAIServer(in_turn(replies), **options) as server:
        model = OpenAIModel(name, api_key=key, base_url=server.base_url, sleep=pauses.append)
        answer = answered(corpus, model, timeout_s)
        model.close()
    return answer, pauses


def test_a_good_answer_is_the_models_own_with_quotes(corpus: Corpus) -> None:
    answer, _ = asked(corpus, Reply(said({"text": TRUE, "evidence": [1]}, {"text": TRUE, "words": "raised $65B in"})))
    assert (answer.status, answer.mode, answer.note) == (Status.ANSWERED, Mode.MODEL, None)
    assert answer.text == f"{TRUE} [1]"
    assert "$65B" in answer.quotes[0].text
    assert holds(answer, corpus.catalogue)


def test_an_abstention_holds_too(corpus: Corpus) -> None:
    answer = Answerer(corpus.catalogue, corpus.search).answer(Question("Who won the chess match in Oslo?", ASKED_AT))
    assert (answer.status, answer.statements, answer.quotes) == (Status.NO_EVIDENCE, (), ())
    assert answer.nearest
    assert holds(answer, corpus.catalogue)


FAILURES = {
    "5xx": ([Reply("boom", status=500)], "the server is broken"),
    "overloaded": ([Reply("busy", status=503)], "the server is broken"),
    "too many requests": ([Reply("slow down", status=429)], "too many requests"),
    "come back tomorrow": ([Reply("slow down", status=429, headers={"Retry-After": "86400"})], "too many requests"),
    "cut connection": ([Reply(said({"text": TRUE, "evidence": [1]}), cut_after=60)], "no connection"),
    "invalid JSON": ([Reply(BROKEN_JSON)], "could not be read"),
    "cut reply": ([Reply(BROKEN_JSON, "length")], "was cut"),
    "empty": ([Reply("")], "could not be read"),
    "no content": ([Reply(None)], "could not be read"),
    "filtered": ([Reply("", "content_filter")], "it declined to answer"),
    "refusal in words": ([Reply("I'm sorry, I can't help with that.")], "could not be read"),
    "context overflow": ([Reply(OVERFLOW, status=400)], "its context is too small"),
    "wrong model name": ([Reply("model not found", status=404)], "no such model or address"),
    "only inventions": ([Reply(said({"text": INVENTED_QUOTE, "evidence": [1]}))], "was supported by a quote"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_every_failure_ends_in_quotes_and_a_note_that_says_why(corpus: Corpus, case: str) -> None:
    replies, reason = FAILURES[case]
    answer, pauses = asked(corpus, *replies)
    without = answered(corpus, None)
    assert (answer.status, answer.mode, answer.quotes) == (Status.ANSWERED, Mode.QUOTES, without.quotes)
    assert answer.note is not None
    assert answer.note.startswith("Quotes only, without the language model:")
    assert reason in answer.note
    assert sum(pauses) < PATIENCE_S
    assert holds(answer, corpus.catalogue)


def test_a_wrong_key_is_told_without_showing_it(corpus: Corpus) -> None:
    answer, _ = asked(corpus, Reply(said()), key="sk-secret")
    assert (answer.mode, answer.note) == (Mode.QUOTES, "Quotes only, without the language model: wrong key.")


def test_what_the_server_says_is_not_repeated_to_readers(corpus: Corpus) -> None:
    answer, _ = asked(corpus, Reply("secret tenant 42 @everyone", status=400))
    assert "secret" not in json.dumps([m.content for m in render_answer(answer)])


def test_a_short_pause_that_the_server_asks_for_is_kept(corpus: Corpus) -> None:
    busy = Reply("slow down", status=429, headers={"Retry-After": "3"})
    answer, pauses = asked(corpus, busy, Reply(said({"text": TRUE, "evidence": [1]})))
    assert (answer.mode, pauses) == (Mode.MODEL, [3.0])


def test_a_server_that_does_not_answer_is_not_waited_for(corpus: Corpus) -> None:
    answer, _ = asked(corpus, Reply(said({"text": TRUE, "evidence": [1]}), delay_s=2.0), timeout_s=0.3)
    assert answer.mode is Mode.QUOTES
    assert answer.note == "Quotes only, without the language model: no answer in time."


def test_a_server_that_is_not_there_is_told(corpus: Corpus) -> None:
    model = OpenAIModel("tiny", base_url="http://127.0.0.1:9/v1", sleep=lambda _: None)
    answer = answered(corpus, model)
    model.close()
    assert answer.note == "Quotes only, without the language model: no connection."


def test_a_servers_lack_of_structured_output_costs_nothing(corpus: Corpus) -> None:
    good = Reply(f"```json\n{said({'text': TRUE, 'evidence': [1]})}\n```")
    answer, _ = asked(corpus, good, refuse_formats=["json_schema", "json_object"])
    assert answer.mode is Mode.MODEL


def test_thinking_never_reaches_the_reader(corpus: Corpus) -> None:
    thought = f"<think>The user wants SECRET.</think>{said({'text': TRUE, 'evidence': [1]})}"
    answer, _ = asked(corpus, Reply(thought, reasoning_content="SECRET plan"))
    assert answer.text == f"{TRUE} [1]"


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_hostile_text_is_shown_wherever_the_model_puts_it(corpus: Corpus, text: str) -> None:
    everywhere = {"text": text, "words": text, "evidence": [1]}
    beside = {"text": f"{TRUE} {text}", "evidence": [1]}
    for reply in (
        text,
        said({"text": text, "evidence": [1]}),
        said(everywhere),
        said(beside),
        said(beside, everywhere),
    ):
        answer, _ = asked(corpus, Reply(reply))
        assert holds(answer, corpus.catalogue)
        shown = " ".join(message.content for message in render_answer(answer))
        assert not any(word in shown for word in ("evil.example", "discord.gg", "GPT-9", "Dr. Nobody", "@everyone"))


@pytest.mark.parametrize("number", INVENTED_IDS)
def test_invented_sentence_numbers_show_nothing(corpus: Corpus, number: str) -> None:
    with OpenAIServer(always(Reply(said({"text": INVENTED_QUOTE, "evidence": number})))) as server:
        model = OpenAIModel("loopback-model", api_key="loopback-key", base_url=server.base_url)
        answer = answered(corpus, model)
        model.close()
    assert answer.mode is Mode.QUOTES
    assert holds(answer, corpus.catalogue)


ANY = st.one_of(REPLIES, st.sampled_from(HOSTILE_TEXTS).map(lambda text: said({"text": text, "evidence": [1, 2, 3]})))


@given(ANY, ANY)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_reply_whatever_breaks_what_is_shown(corpus: Corpus, first: str, second: str) -> None:
    answer = answered(corpus, ScriptedModel(first, second))
    assert answer.status is Status.ANSWERED
    assert holds(answer, corpus.catalogue)
    assert answer.mode is Mode.MODEL or answer.note
