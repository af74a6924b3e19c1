"""Sentences that cannot stand without the one before are known by their first words."""

from __future__ import annotations

import pytest

from bot.digest.segmenting.newsworthy import points_back


@pytest.mark.parametrize(
    "sentence",
    [
        "The response from the rivals underscores the loss.",
        "Their customers are banks.",
        "Reported scores include 77.5 on a long test.",
        "Follow-on commentary praised the price.",
        "On this benchmark, Owl 7 led.",
        "“It is fast,” said Ada.",
    ],
)
def test_what_points_back_is_seen(sentence: str) -> None:
    assert points_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The White House set a rule.",
        "The biggest news: Harbor AI raised $120 million.",
        "Itera released a model.",
        "Reported by Wire: Owl 7 is out.",
    ],
)
def test_what_stands_for_itself_does_not_point_back(sentence: str) -> None:
    assert not points_back(sentence)
