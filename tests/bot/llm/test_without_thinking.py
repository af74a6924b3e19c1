"""What a reasoning model thinks stays with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.openai_model import without_thinking


@pytest.mark.parametrize(
    "text",
    [
        "<think>secret</think>reply",
        "<THINKING time='1'>\nsecret\n</THINKING>\nreply",
        "<think>a <think>secret</think> secret</think>reply",
        "secret, opened by the template</think>reply",
        "[THINK]secret[/THINK]reply",
        "<|channel|>analysis<|message|>secret<|end|><|start|>assistant<|channel|>final<|message|>reply<|return|>",
        "reply<think>secret, and cut",
    ],
)
def test_only_the_reply_is_left(text: str) -> None:
    assert without_thinking(text) == "reply"


def test_a_reply_that_was_cut_while_thinking_is_empty() -> None:
    assert without_thinking("<think>secret and no end") == ""
    assert without_thinking("<|channel|>analysis<|message|>secret and no end") == ""


@given(st.text(), st.text(alphabet="abc {}[]:1"))
def test_nothing_inside_a_block_ever_leaks(thought: str, reply: str) -> None:
    assert without_thinking(f"<think>{thought}</think>{reply}") == reply.strip()
