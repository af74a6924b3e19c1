"""Names of a line in a form that can be compared."""

from __future__ import annotations

import pytest

from bot.digest.segmenting.names import names_of


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("OpenAI released GPT-5.6 today.", {"openai", "gpt5.6"}),
        ("the new Grok 4.3 model", {"grok", "grok4.3"}),
        ("Anthropic’s Claude Tag", {"anthropic", "claude", "tag"}),
        ("They said so.", set()),
        ("It costs 20 GB and 40% more, up to 5B tokens", set()),
        ("GPT‑5.6‑Spark, set with hyphens that do not break", {"gpt5.6spark"}),
        ("we run vLLM on H100s", {"vllm", "h100"}),
    ],
)
def test_names_are_told_from_plain_words_and_amounts(text: str, names: set[str]) -> None:
    assert names_of(text) == names


def test_one_name_has_one_form() -> None:
    assert names_of("a GLM-5.2 model") & names_of("the GLM-5.2’s price") & names_of("with GLM-5.2.") == {"glm5.2"}


def test_a_name_that_looks_like_the_stem_of_a_common_word_stays_a_name() -> None:
    assert names_of("a report by METR, says Sam Altman") == {"metr", "sam", "altman"}
