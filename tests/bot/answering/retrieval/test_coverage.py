"""How much of a question a text says, and what counts as the same word."""

from __future__ import annotations

import pytest

from bot.answering.retrieval.answer_type_match import fits
from bot.answering.retrieval.coverage import CONTEXT, SYNONYM, coverage
from bot.answering.understanding.kinds import AnswerType
from bot.lexicon.synonyms import SHARE, synonyms, with_synonyms
from ingest.text.words import terms


def test_rare_words_count_more_than_common_ones() -> None:
    weights = {"aurora": 3.0, "model": 1.0}
    assert coverage(weights, {"aurora"}) == pytest.approx(0.75)
    assert coverage(weights, {"model"}) == pytest.approx(0.25)
    assert coverage(weights, {"aurora", "model", "other"}) == pytest.approx(1.0)
    assert coverage({}, {"aurora"}) == 0.0


def test_a_synonym_and_the_heading_count_in_part() -> None:
    (price, cost) = terms("price cost")
    assert coverage({price: 1.0}, {cost}) == SYNONYM
    assert coverage({"aurora": 1.0}, set(), {"aurora"}) == CONTEXT
    assert coverage({price: 1.0}, {cost}, {price}) == max(SYNONYM, CONTEXT)


def test_synonyms_are_mutual_and_nobody_is_its_own() -> None:
    for term in terms("launch release buy acquire price cost licence license"):
        assert synonyms(term), term
        assert term not in synonyms(term)
        assert all(term in synonyms(other) for other in synonyms(term))
    assert synonyms("aurora") == frozenset()


def test_a_synonym_never_weighs_more_than_the_word_that_was_said() -> None:
    (price, cost) = terms("price cost")
    weights = with_synonyms({price: 2.0}, {cost: 5.0})
    assert weights == {price: 2.0, cost: SHARE * 2.0}
    assert with_synonyms({price: 2.0, cost: 1.0}, {cost: 5.0}) == {price: 2.0, cost: 1.0}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (AnswerType.PRICE, "It costs $5 a month.", "It is worth every effort."),
        (AnswerType.NUMBER, "It has 7B parameters.", "It has many parameters."),
        (AnswerType.NUMBER, "Seven of three hundred failed.", "Some of them failed."),
        (AnswerType.DATE, "It ships on May 5.", "It ships to all."),
        (AnswerType.DATE, "They ship later this summer.", "They ship worldwide."),
        (AnswerType.PERSON, "The round was led by Ada Lovelace.", "The round was led by several funds."),
    ],
)
def test_a_sentence_shows_by_its_form_that_it_holds_an_answer(kind: AnswerType, right: str, wrong: str) -> None:
    assert fits(right, kind)
    assert not fits(wrong, kind)


def test_no_form_tells_an_open_answer() -> None:
    assert not fits("It costs $5.", AnswerType.OPEN)
