"""Typos find the corpus's word; names the corpus does not know are not bent into others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from bot.answering.spelling import corrections

VOCABULARY = {"anthropic": 500, "chinese": 40, "mistral": 30, "router": 90, "routes": 50, "gemma": 20, "rarely": 2}


def counts(words: Iterable[str]) -> Mapping[str, int]:
    return {word: VOCABULARY[word] for word in words if word in VOCABULARY}


@pytest.mark.parametrize(
    ("typo", "right"),
    [("antropic", "anthropic"), ("anthropci", "anthropic"), ("chineese", "chinese"), ("mistrel", "mistral")],
)
def test_a_word_one_edit_away_is_found(typo: str, right: str) -> None:
    assert corrections([typo], counts) == {typo: right}


@pytest.mark.parametrize("word", ["anthropic", "gemna", "gpt-6", "mistral7", "rarelly", "nthropic", "lasagna", ""])
def test_known_short_numbered_and_far_words_are_left_alone(word: str) -> None:
    assert corrections([word], counts) == {}


def test_the_more_frequent_neighbour_wins() -> None:
    assert corrections(["routerr", "routez"], counts) == {"routerr": "router", "routez": "router"}
