"""What no quote names is told; what a quote may name is not."""

from __future__ import annotations

import pytest

from bot.answering.remarks.unsupported_parts import MOST, unsourced

QUOTES = ("GPT-5.5 has a context of 1M tokens.", "Claude Opus 4.7 and 4.8 are out.", "Anthropic raised $65B.")


@pytest.mark.parametrize("name", ["Gemini 4", "gemini", "GPT-5.6", "gpt 5.4", "Opus 4.6", "Apple"])
def test_a_name_that_no_quote_has_is_without_source(name: str) -> None:
    assert unsourced([name], QUOTES) == (name,)


@pytest.mark.parametrize(
    "name", ["gpt 5.5", "GPT-5.5", "opus 4.8", "claude code", "Antropic", "anthropics", "AI", "価格", "x](https://e.v)"]
)
def test_a_name_that_may_be_meant_is_passed_over(name: str) -> None:
    assert unsourced([name], QUOTES) == ()


def test_a_version_may_be_misspelt_but_not_in_its_digits() -> None:
    quotes = ("AWS unveiled Trainium3.",)
    assert unsourced(["tranium3", "trainum3"], quotes) == ()
    assert unsourced(["tranium4"], quotes) == ("tranium4",)


def test_few_are_told() -> None:
    assert unsourced(["Alibaba", "Baidu", "Cohere", "Databricks", "Essential"], QUOTES) == (
        "Alibaba",
        "Baidu",
        "Cohere",
    )
    assert MOST == 3
