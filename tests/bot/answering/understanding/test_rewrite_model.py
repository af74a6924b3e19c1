"""A language model may rewrite a follow-up, out of the conversation's words and no others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.answering.models import Question, Turn
from bot.answering.understanding.conversation import rewrite_by_rules
from bot.answering.understanding.rewrite_model import MAX_CHARS, ModelRewriter
from bot.llm.language_model import Usage
from bot.llm.openai_model import OpenAIModel
from tests.servers.openai import ORDERS, OpenAIServer, Reply, always

TALK = (
    Turn("user", "What did Mistral release last week?"),
    Turn("assistant", "Mistral released Medium 4 under Apache 2.0. [1]"),
)
QUESTION = Question("and how many parameters does the thing have?", datetime(2026, 6, 1, tzinfo=UTC), TALK)
GOOD = "How many parameters does Mistral Medium 4 have?"


def rewritten(reply: Reply, question: Question = QUESTION) -> tuple[str, list[Usage], int]:
    """The question, what it cost, and how often the model was asked."""
    spent: list[Usage] = []
    with OpenAIServer(always(reply)) as server:
        model = OpenAIModel("loopback-model", api_key="loopback-key", base_url=server.base_url, sleep=lambda _: None)
        text = ModelRewriter(model, spent.append)(question)
        model.close()
        return text, spent, len(server.requests)


def test_the_model_puts_in_what_the_question_leaves_out_and_its_tokens_count() -> None:
    usage = {"prompt_tokens": 90, "completion_tokens": 9, "total_tokens": 99}
    assert rewritten(Reply(f'<think>the thing is Medium 4</think>"{GOOD}"\n', usage=usage)) == (GOOD, [Usage(90, 9)], 1)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "How many parameters does OpenAI GPT-6 have?",
        "What did Mistral release last week?",
        ORDERS,
        "Mistral Medium 4 has 123 billion parameters.",
        GOOD + " Mistral" * MAX_CHARS,
    ],
)
def test_words_that_nobody_used_and_other_questions_are_dropped_for_the_rules(said: str) -> None:
    assert rewritten(Reply(said))[0] == rewrite_by_rules(QUESTION)


def test_a_model_that_fails_leaves_it_to_the_rules() -> None:
    assert rewritten(Reply("boom", status=500))[0] == rewrite_by_rules(QUESTION)


def test_a_first_question_is_not_sent_to_the_model() -> None:
    first = Question("What did Mistral release?", QUESTION.asked_at, (Turn("user", "hello"),))
    assert rewritten(Reply(GOOD), first) == (first.text, [], 0)
