"""Numbers are compared by what they mean, not by how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lexicon.figures import ceiling_dropped, find_figures, supporting_figures


def unsupported(claim: str, source: str) -> list[str]:
    told = supporting_figures(source)
    return [f.text for f in find_figures(claim) if not any(f.supported_by(other) for other in told)]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("$100 billion", "100B USD"),
        ("100bn dollars", "\\$100 billion"),
        ("65 billion dollars", "$65B"),
        ("3.5 trillion", "3.5T tokens"),
        ("1000 GPUs", "1,000 GPUs"),
        ("61 percent", "~61% accuracy"),
        ("46 times", "46x lower"),
        ("between $20,000 and $30,000", "\\$20,000-\\$30,000"),
        ("10 percent to 20 percent", "10–20%"),
        ("1 billion to 2 billion dollars", "$1-2 billion"),
        ("17 of 34", "(17 of 34 challenges)"),
        ("five models", "5 models"),
        ("the 3rd time", "the third time"),
        ("its first chip", "its initial chip"),
        ("1,000,000 tokens", "a 1M-token context"),
        ("$10 per million tokens", "$10/Mtok input"),
        ("twice as fast", "2x faster"),
        ("a 27B model", "Qwen3.6-27B"),
        ("half a million", "500,000"),
    ],
)
def test_the_same_number_in_another_form_is_supported(claim: str, source: str) -> None:
    assert unsupported(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("$66B", "$65B"),
        ("$65M", "$65B"),
        ("65%", "$65"),
        ("$3.50", "Gemini 3.5 Flash"),
        ("90 days", "90 hours"),
        ("25 TB", "25 GB"),
        ("six models", "5 models"),
        ("the second time", "the third time"),
        ("18 of 34", "17 of 34"),
        ("per billion tokens", "$10 / million tokens"),
    ],
)
def test_another_number_scale_or_unit_is_not_supported(claim: str, source: str) -> None:
    assert len(unsupported(claim, source)) == 1


def test_up_to_is_part_of_what_a_source_says() -> None:
    source = ["It runs up to ~8 hours, and costs $5."]
    assert ceiling_dropped("It runs 8 hours.", source) == "up to"
    assert ceiling_dropped("It runs up to 8 hours and costs $5.", source) == ""


@given(st.text())
def test_every_text_supports_its_own_numbers(text: str) -> None:
    assert unsupported(text, text) == []


@given(st.text(alphabet="0123456789.,$%-–kMB xto\n"))
def test_every_heap_of_digits_supports_itself(text: str) -> None:
    assert unsupported(text, text) == []
