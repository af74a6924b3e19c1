"""Which sentences announce and tell nothing."""

from __future__ import annotations

import pytest

from bot.answering.retrieval.ignorable_terms import announces, says_nothing
from ingest.text.words import terms


@pytest.mark.parametrize(
    ("sentence", "nothing"),
    [
        ("What happened", True),
        ("Read more about this:", True),
        ("—", True),
        ("What Kite does", False),
        ("Sold.", False),
    ],
)
def test_a_sentence_of_words_that_only_announce_says_nothing(sentence: str, nothing: bool) -> None:
    assert says_nothing(frozenset(terms(sentence))) is nothing


@pytest.mark.parametrize(
    ("heading", "asks"),
    [("What this means for vLLM", True), ("## How it works", True), ("Whole-body robots", False), ("vLLM 0.17", False)],
)
def test_a_heading_that_asks_is_told_from_one_that_tells(heading: str, asks: bool) -> None:
    assert announces(heading) is asks
