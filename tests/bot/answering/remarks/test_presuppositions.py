"""What a question takes for granted is noticed where no quote tells it, and never where one does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.models import Question
from bot.answering.remarks.presuppositions import untold
from bot.answering.understanding.understand import understand
from tests.bot.answering.passages import ASKED_AT

TEXTS = (
    "SpaceX announced an acquisition of Cursor at a $60B valuation.",
    "OpenAI cut the price of GPT-5.5 and fired nobody.",
    "Google launched Gemini 3.5.",
    "Meta laid off 100 people and was sued for it.",
)


def deed(question: str) -> str | None:
    return untold(question, understand(Question(question, ASKED_AT)).entities, TEXTS)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why did Google shut down Gemini?", "shut down"),
        ("why did OpenAI open source GPT-5.5?", "open source"),
        ("When was Cursor banned?", "banned"),
        ("So how did Google hack Cursor?", "hack"),
        ("How come Mistral robbed Meta?", "robbed"),
    ],
)
def test_a_deed_that_no_quote_tells_is_noticed(question: str, told: str) -> None:
    assert deed(question) == told


@pytest.mark.parametrize(
    "question",
    [
        "Why did SpaceX buy Cursor?",  # acquisition
        "Why did Google release Gemini 3.5?",  # launched
        "When did SpaceX acquire Cursor?",
        "Why did OpenAI fire people?",
        "Why did Meta lay off people?",
        "Why did they sue Meta?",
        "Why did Mistral sue Meta?",
        "Why is Gemini slow?",
        "When is GPT-6 coming out?",
        "How did Google do it?",
        "Why did it fail?",
        "Did Google shut down Gemini?",
        "How does Gemini reason?",
        "Warum hat Google Gemini eingestellt?",
    ],
)
def test_what_a_quote_tells_or_nobody_claims_is_passed_over(question: str) -> None:
    assert deed(question) is None


@given(st.text(), st.lists(st.text(min_size=1), max_size=3), st.lists(st.text(), max_size=3))
def test_no_question_breaks_it_and_its_words_are_the_askers(question: str, names: list[str], texts: list[str]) -> None:
    said = untold(question, names, texts)
    assert said is None or all(word in question for word in said.split())
