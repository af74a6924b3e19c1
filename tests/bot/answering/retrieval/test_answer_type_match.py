"""Code is quoted to who asks for it, and to nobody else."""

from __future__ import annotations

import pytest

from bot.answering.retrieval.answer_type_match import asks_for_code, found_in
from bot.answering.understanding.kinds import AnswerType


@pytest.mark.parametrize(
    "question",
    ["How do I install Quill?", "how to run it on a laptop", "Which command starts the server?", "show me the code"],
)
def test_questions_about_code(question: str) -> None:
    assert asks_for_code(question)


@pytest.mark.parametrize("question", ["What does Quill need?", "Who runs Halcyon Labs?", "How much is Quill?"])
def test_other_questions(question: str) -> None:
    assert not asks_for_code(question)


def test_the_day_of_a_date_is_no_number() -> None:
    sentence = "On 1 December 2025 both announced 10 gigawatts."
    assert [sentence[span.start : span.end] for span in found_in(sentence, AnswerType.NUMBER)] == ["10 gigawatts"]
