"""Whatever a model returns, only supported statements with copied quotes are shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from bot.answering.checking.verify import Support, verify
from bot.answering.composing.compose_model import MIN_ROUND_S, Composed, compose, marked
from bot.answering.quotes import MAX_QUOTE_CHARS, MAX_QUOTES
from bot.llm.language_model import ContextOverflowError, Usage
from ingest.errors import LanguageModelError
from tests.bot.answering.passages import ANTHROPIC, ASKED_AT, GOOGLE, write
from tests.bot.answering.scripted_model import (
    FALSE,
    GEMMA,
    REPLIES,
    TRUE,
    ScriptedModel,
    said,
)

ARTICLES = {w.passage.article.id: w for w in (ANTHROPIC, GOOGLE)}
PASSAGES = [w.passage for w in ARTICLES.values()]
QUESTION = "What did Anthropic raise?"
DOWN = LanguageModelError("the language model failed", "tiny", "no connection", retryable=True)


def answer(model: ScriptedModel, question: str = QUESTION, timeout_s: float = 30.0, **options: Any) -> Composed:
    return compose(model, question, PASSAGES, asked_at=ASKED_AT, timeout_s=timeout_s, **options)


def test_a_supported_statement_is_shown_with_the_sentence_it_points_at() -> None:
    composed = answer(ScriptedModel(said(TRUE, GEMMA)))
    assert [s.text for s in composed.statements] == [TRUE["text"], GEMMA["text"]]
    assert [s.quotes for s in composed.statements] == [(1,), (2,)]
    assert composed.quotes[0].text == ANTHROPIC.passage.sentence_text(0)
    assert (composed.failure, composed.nothing_found, composed.dropped) == (None, False, ())
    assert marked(composed.statements) == f"{TRUE['text']} [1] {GEMMA['text']} [2]"


def test_copied_words_will_do_for_a_number() -> None:
    words = {"text": TRUE["text"], "words": "anthropic said it raised $65B in series H"}
    assert answer(ScriptedModel(said(words))).quotes[0].text == ANTHROPIC.passage.sentence_text(0)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([1], ANTHROPIC.passage.sentence_text(0)),
        ([5], ANTHROPIC.passage.sentence_text(0)),
        ([1], GOOGLE.passage.sentence_text(1)),
        ([99], ANTHROPIC.passage.sentence_text(0)),
        ([1], "nothing like it stands anywhere"),
    ],
)
def test_of_numbers_and_words_that_differ_the_one_that_supports_the_statement_counts(
    numbers: list[int], words: str
) -> None:
    composed = answer(ScriptedModel(said({"text": TRUE["text"], "evidence": numbers, "words": words})))
    assert [quote.text for quote in composed.quotes] == [ANTHROPIC.passage.sentence_text(0)]


def test_a_statement_that_needs_both_gets_both() -> None:
    text = "Anthropic raised $65B, and Gemma 4 12B is under Apache 2.0."
    draft = {"text": text, "evidence": [1], "words": GOOGLE.passage.sentence_text(0)}
    assert [s.quotes for s in answer(ScriptedModel(said(draft))).statements] == [(1, 2)]


def test_of_a_model_that_points_at_everything_the_sentence_that_says_it_counts() -> None:
    many = [write(f"It rained on day {n}.", article=f"r{n}").passage for n in range(6)]
    reply = said(TRUE | {"evidence": list(range(1, 9))})
    composed = compose(ScriptedModel(reply), "?", [*many, ANTHROPIC.passage], asked_at=ASKED_AT, timeout_s=30.0)
    assert [quote.text for quote in composed.quotes] == [ANTHROPIC.passage.sentence_text(0)]


def test_what_fails_is_asked_for_once_more_with_the_reason_and_shown_when_corrected() -> None:
    model = ScriptedModel(said(FALSE, GEMMA), said(TRUE))
    composed = answer(model)
    assert [s.text for s in composed.statements] == [GEMMA["text"], TRUE["text"]]
    assert "the number $66B is not in the sentences" in model.heard[1][-1].content
    assert str(GEMMA["text"]) not in model.heard[1][-1].content
    assert composed.usage == Usage(200, 20)


def test_what_only_the_question_says_supports_nothing() -> None:
    premise = {"text": "Apple and Anthropic raised $65B in Series H.", "evidence": [1]}
    composed = answer(ScriptedModel(said(premise)), question="How did Apple and Anthropic raise $65B together?")
    assert (composed.statements, composed.dropped) == ((), ("name",))


def test_what_fails_twice_is_dropped() -> None:
    model = ScriptedModel(said(FALSE, TRUE), said(FALSE), said(TRUE))
    composed = answer(model)
    assert [s.text for s in composed.statements] == [TRUE["text"]]
    assert composed.dropped == ("number",)
    assert len(model.heard) == 2


def test_when_nothing_is_left_the_caller_learns_why() -> None:
    composed = answer(ScriptedModel(said(FALSE)))
    assert (composed.statements, composed.quotes) == ((), ())
    assert composed.failure == "no statement of the language model was supported by a quote"


@pytest.mark.parametrize("evidence", [[0], [99], [-1], [], "none", None, [True]])
def test_invented_sentence_numbers_support_nothing(evidence: object) -> None:
    composed = answer(ScriptedModel(said({"text": TRUE["text"], "evidence": evidence})))
    assert composed.statements == ()
    assert composed.dropped == ("no evidence",)


def test_the_models_no_is_passed_on_and_needs_no_second_round() -> None:
    model = ScriptedModel(said(found=False))
    composed = answer(model)
    assert composed.nothing_found
    assert composed.failure is None
    assert len(model.heard) == 1


def test_a_no_behind_an_unreadable_reply_is_heard_too() -> None:
    composed = answer(ScriptedModel("Well, let me see.", said(found=False)))
    assert (composed.nothing_found, composed.failure) == (True, None)


def test_a_no_about_what_failed_is_no_word_on_the_question() -> None:
    composed = answer(ScriptedModel(said(FALSE), said(found=False)))
    assert (composed.nothing_found, composed.dropped) == (False, ("number",))


def test_an_unreadable_reply_is_asked_for_once_more() -> None:
    model = ScriptedModel("I think, therefore", said(TRUE))
    assert [s.text for s in answer(model).statements] == [TRUE["text"]]
    assert answer(ScriptedModel("I think", finish_reason="length")).failure == "the language model's reply was cut"


def test_a_dropped_hedge_is_given_back_in_the_sources_own_word() -> None:
    composed = answer(ScriptedModel(said({"text": "The company will spend 40% of it on chips.", "evidence": [2]})))
    assert composed.statements[0].text == 'The company will spend 40% of it on chips (in the source: "reportedly").'


def test_marks_emphasis_and_handles_that_the_model_adds_are_taken_off() -> None:
    dressed = {"text": "**Anthropic** raised `$65B` [1][2, 3] in Series\u202e H【4†source】.", "evidence": [1]}
    assert answer(ScriptedModel(said(dressed))).statements[0].text == "Anthropic raised $65B in Series H."


@pytest.mark.parametrize("verdict", ["Yes, ", "yes. ", "No, ", "Ja: ", "Yes — "])
def test_a_yes_or_no_that_no_quote_says_is_taken_off(verdict: str) -> None:
    composed = answer(ScriptedModel(said(TRUE | {"text": f"{verdict}{TRUE['text']}"})))
    assert [s.text for s in composed.statements] == [TRUE["text"]]


def test_a_model_that_fails_is_told_in_one_line() -> None:
    composed = answer(ScriptedModel(DOWN))
    assert composed.failure == "no connection"


def test_a_model_that_fails_in_the_second_round_leaves_what_passed_in_the_first() -> None:
    assert [s.text for s in answer(ScriptedModel(said(TRUE, FALSE), DOWN)).statements] == [TRUE["text"]]


def test_no_second_round_begins_without_time_for_it() -> None:
    times = iter([0.0, 0.0, 30.0 - MIN_ROUND_S / 2])
    model = ScriptedModel(said(TRUE, FALSE))
    composed = answer(model, clock=lambda: next(times))
    assert [s.text for s in composed.statements] == [TRUE["text"]]
    assert len(model.heard) == 1


def test_both_rounds_share_one_deadline() -> None:
    times = iter([0.0, 1.0, 10.0, 12.0])
    model = ScriptedModel(said(FALSE), said(TRUE))
    answer(model, clock=lambda: next(times))
    assert model.timeouts == [29.0, 18.0]


def test_a_context_that_is_too_small_gets_fewer_passages() -> None:
    long = [
        write("Anthropic raised $65B in Series H. " + "More words. " * 500, article=f"long{i}").passage
        for i in range(3)
    ]
    model = ScriptedModel(ContextOverflowError("failed", "tiny", "too small"), said(TRUE))
    composed = compose(model, QUESTION, long, asked_at=ASKED_AT, timeout_s=30.0)
    assert composed.statements
    assert len(model.heard[1][1].content) < len(model.heard[0][1].content)


def test_a_statement_whose_quotes_find_no_room_is_left_out_whole() -> None:
    many = [
        write(f"Lab{chr(65 + i)} released its model today.", article=f"x{i}").passage for i in range(MAX_QUOTES + 1)
    ]
    drafts = [{"text": f"Lab{chr(65 + i)} released its model.", "evidence": [i + 1]} for i in range(MAX_QUOTES + 1)]
    composed = compose(ScriptedModel(said(*drafts)), "?", many, asked_at=ASKED_AT, timeout_s=30.0)
    assert len(composed.quotes) == len(composed.statements) == MAX_QUOTES
    assert composed.dropped == ("no room",)


SAME_VALUE = {"05"}  # May, of which the article says the name


@given(REPLIES, REPLIES)
def test_no_reply_whatever_breaks_the_promises(first: str, second: str) -> None:
    """Promises 1, 2 and 4: quotes are copied, statements supported, nothing live."""
    composed = answer(ScriptedModel(first, second))
    assert len(composed.quotes) <= MAX_QUOTES
    for quote in composed.quotes:
        assert ARTICLES[quote.article.id].text[quote.start : quote.end] == quote.text
        assert len(quote.text) <= MAX_QUOTE_CHARS
    for statement in composed.statements:
        assert statement.quotes
        shown = [composed.quotes[n - 1] for n in statement.quotes]
        around = tuple(w.passage.text for w in ARTICLES.values() if w.passage.article in [q.article for q in shown])
        support = Support(tuple(q.text for q in shown), tuple(q.article for q in shown), around)
        assert [p for p in verify(statement.text, support) if not p.mendable] == []
        told = " ".join([*support.quotes, *(f"{card.title} 2026-05-28" for card in support.cards)])
        assert all(digits in told for digits in re.findall(r"\d+", statement.text) if digits not in SAME_VALUE)
        assert not any(name in statement.text and name not in told for name in ("Mistral", "Sequoia", "13B"))
        assert "evil.example" not in statement.text
        assert "<@" not in statement.text
        assert "@everyone" not in statement.text
    assert composed.statements or composed.nothing_found or composed.failure
