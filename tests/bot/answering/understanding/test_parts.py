"""A question that asks for two things is taken apart, and one that asks for one thing is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.models import Question, Turn
from bot.answering.understanding.parts import MOST_PARTS, parts_of
from bot.answering.understanding.understand import understand
from tests.bot.answering.passages import ASKED_AT


def taken_apart(text: str, *history: Turn) -> list[str]:
    """What each part asks for when it stands alone."""
    question = Question(text, ASKED_AT, history)
    return [understand(part.question).text.rstrip("?") for part in parts_of(question, understand(question))]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "what does claude opus 4.8 cost and when was it released?",
            ["what does claude opus 4.8 cost", "when was claude opus 4.8 released"],
        ),
        ("Who founded Acme? How many people has Foo?", ["Who founded Acme", "How many people has Foo"]),
        (
            "how much did Baseten and Cognition raise in May?",
            ["how much did Baseten raise in May", "how much did Cognition raise in May"],
        ),
        (
            "what is the context window of Gemma 4 and of Llama 5?",
            ["what is the context window of Gemma 4", "what is the context window of Llama 5"],
        ),
        (
            "what are the price and the license of Gemma 4?",
            ["what are the price of Gemma 4", "what are the license of Gemma 4"],
        ),
        (
            "Wie viel kostet GPT-5.5 und wer ist der Chef von Mistral?",
            ["Wie viel kostet GPT-5.5", "wer ist der Chef von Mistral"],
        ),
    ],
)
def test_two_things_are_asked(text: str, parts: list[str]) -> None:
    assert taken_apart(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "What does Opus 4.8 cost?",
        "What happened and why?",
        "What is the difference between Gemma 4 and Llama 5?",
        "When will xAI and SpaceX merge?",
        "Which model is cheap and fast?",
        "Compare the price of GPT-5.5 and Opus 4.8",
        "and and and",
        "",
    ],
)
def test_one_thing_is_asked(text: str) -> None:
    assert taken_apart(text) == []


def test_a_follow_up_is_taken_apart_as_it_stands_alone() -> None:
    before = Turn("user", "What is Gemma 4?")
    assert taken_apart("what does it cost and who made it?", before) == [
        "what does Gemma 4 cost",
        "who made Gemma 4",
    ]


def test_a_list_of_many_is_one_question() -> None:
    assert taken_apart("what did Google, Meta, Mistral and Cohere release?") == []


@given(st.lists(st.sampled_from(["what is", " and ", "?", " Gemma 4", ", ", "@everyone ", "[x](y)", " price ", "\n"])))
def test_the_askers_words_are_fit_for_a_note(words: list[str]) -> None:
    question = Question("".join(words), ASKED_AT)
    parts = parts_of(question, understand(question))
    assert len(parts) <= MOST_PARTS
    assert not any(mark in part.asked for part in parts for mark in "@[]()\n")
    assert all(len(part.asked) < 100 for part in parts)
