"""Typos find the corpus's word; names the corpus does not know are not bent into others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from bot.answering.retrieval.spelling import corrections
from ingest.text.words import terms

SPOKEN = {
    "anthropic": 500,
    "chinese": 40,
    "mistral": 30,
    "routers": 90,
    "gemma": 20,
    "rarely": 1,
    "people": 9,
    "claude": 7,
}
VOCABULARY = {terms(word)[0]: count for word, count in SPOKEN.items()}


def counts(words: Iterable[str]) -> Mapping[str, int]:
    return {word: VOCABULARY[word] for word in words if word in VOCABULARY}


@pytest.mark.parametrize(
    ("typo", "right"),
    [
        ("antropic", "anthropic"),
        ("anthropci", "anthropic"),
        ("chineese", "chinese"),
        ("mistrel", "mistral"),
        ("poeple", "people"),
        ("cladue", "claude"),
        ("gemna", "gemma"),
    ],
)
def test_a_word_one_edit_away_is_found(typo: str, right: str) -> None:
    assert corrections([typo], counts) == {typo: right}


@pytest.mark.parametrize("word", ["gem", "gpt-6", "mistral7", "rarely", "rarel", "nthropic", "lasagna", ""])
def test_short_numbered_and_far_words_are_left_alone(word: str) -> None:
    assert corrections([word], counts) == {}


@pytest.mark.parametrize(("typo", "meant"), [("teh", "the"), ("waht", "what"), ("wat", "what"), ("becuase", "because")])
def test_a_small_word_is_known_by_two_swapped_letters_or_a_missing_one(typo: str, meant: str) -> None:
    assert corrections([typo], counts) == {typo: meant}


def test_the_more_frequent_neighbour_wins_and_swapped_letters_before_others() -> None:
    known = {"router": 90, "routes": 50}
    assert corrections(["routez"], lambda words: {w: known[w] for w in words if w in known}) == {"routez": "router"}
    known = {"form": 30, "from": 10, "forms": 3}
    assert corrections(["fomr"], lambda words: {w: known[w] for w in words if w in known}) == {"fomr": "form"}
