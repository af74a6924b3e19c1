"""A disagreement is told where two texts give other figures of the same thing, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.remarks.conflicts import Disagreement, disagreement

AGREE_OR_UNKNOWN = [
    ("Anthropic raised $65B in Series H.", "Anthropic raised 65 billion dollars in Series H."),
    ("Anthropic raised $65B in Series H.", "Anthropic raised $65.4B in Series H."),
    ("Anthropic raised $65B in Series H.", "OpenAI raised $122B in Series H."),
    ("OpenAI, Anthropic's rival, raised $122B.", "Anthropic raised $65B."),
    ("GPT-5.5 costs $5 per 1M input tokens.", "GPT-5.5 costs $30 per 1M output tokens."),
    ("GPT-5.5 costs $5 per 1M input tokens.", "GPT-5.4 costs $4 per 1M input tokens."),
    ("Gemma 4 needs 16GB of memory.", "Gemma 4 needs 16GB of memory, or 12GB of memory when quantised."),
    ("Gemma 4 needs 16GB of memory.", "Gemma 4 needs up to 24GB of memory."),
    ("Gemma 4 needs 16GB of memory.", "Gemma 4 has 12 billion parameters."),
    ("Anthropic was founded in 2021.", "Anthropic was founded in 2020."),
    ("Anthropic raised $65B.", ""),
]


@pytest.mark.parametrize(
    ("first", "second", "figures"),
    [
        (
            "Anthropic said it raised $65B in Series H.",
            "Anthropic raised $60 billion in Series H.",
            "$65B, $60 billion",
        ),
        ("GPT-5.5 costs $5 per 1M input tokens.", "GPT-5.5 costs $4 per 1M input tokens.", "$5, $4"),
        ("Gemma 4 needs 16GB of memory.", "It is small. Gemma 4 needs 12GB of memory.", "16GB, 12GB"),
        ("Anthropic's revenue reached $47B in May.", "In April Anthropic's revenue reached $30B.", "$47B, $30B"),
    ],
)
def test_other_figures_of_the_same_thing_are_a_disagreement(first: str, second: str, figures: str) -> None:
    assert disagreement(first, second) == Disagreement(*figures.split(", "))


@pytest.mark.parametrize(("first", "second"), AGREE_OR_UNKNOWN)
def test_one_figure_or_another_thing_is_none(first: str, second: str) -> None:
    assert disagreement(first, second) is None
    assert disagreement(second, first) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_disagrees_with_itself_and_none_breaks_it(first: str, second: str) -> None:
    assert disagreement(first, first) is None
    disagreement(first, second)
