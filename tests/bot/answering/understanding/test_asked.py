"""Greetings, emoji, links and talk of the asker are no words of a question; names, numbers and times always are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.understanding.asked import asked

PLAIN = "what does the Kite 2 cost?"


@pytest.mark.parametrize(
    "message",
    [
        f"<:party:112233445566778899> {PLAIN}",
        f"<a:wave:112233445566778899> <@1234> {PLAIN} 🎉",
        f"Hello all! {PLAIN} Thanks a lot",
        f"I was wondering {PLAIN}",
        f"my manager asked me {PLAIN}",
        f"Sorry for asking again, {PLAIN}",
        f"https://news.example/kite {PLAIN}",
        f"We had a debate at lunch. {PLAIN}",
    ],
)
def test_what_is_said_around_a_question_is_put_aside(message: str) -> None:
    assert asked(message).text.rstrip("?") == PLAIN.rstrip("?")


@pytest.mark.parametrize(
    "message",
    [
        "In June, what did Nordlicht release?",
        "According to The Daily Model, what does the Kite 2 cost?",
        "Which model should I use for coding?",
        "I have 24 GB of memory. Which model fits?",
        "We use Kite 2. Does it have open weights?",
        "can you tell me more?",
        "will the labs publish their know-how from the trials?",
        "the robot that went to schools with teacher help, which one was it?",
    ],
)
def test_what_tells_something_stays(message: str) -> None:
    assert asked(message).text == message


def test_a_link_alone_leaves_no_words() -> None:
    assert asked("<https://news.example/kite>").text == ""
    assert asked("see https://news.example/kite.").links == ("https://news.example/kite",)


@given(text=st.text(max_size=300))
def test_no_message_makes_it_fail(text: str) -> None:
    assert asked(text).text.strip() == asked(text).text
