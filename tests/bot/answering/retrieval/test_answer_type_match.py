"""Code is quoted to who asks for it, and to nobody else."""

from __future__ import annotations

import pytest

from bot.answering.retrieval.answer_type_match import asks_for_code


@pytest.mark.parametrize(
    "question",
    ["How do I install Quill?", "how to run it on a laptop", "Which command starts the server?", "show me the code"],
)
def test_questions_about_code(question: str) -> None:
    assert asks_for_code(question)


@pytest.mark.parametrize("question", ["What does Quill need?", "Who runs Halcyon Labs?", "How much is Quill?"])
def test_other_questions(question: str) -> None:
    assert not asks_for_code(question)
