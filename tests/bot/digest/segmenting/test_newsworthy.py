"""What a sentence does: it explains, or continues what stood before it."""

from __future__ import annotations

import pytest

from bot.digest.segmenting.newsworthy import defines, points_back


@pytest.mark.parametrize(
    "sentence",
    [
        "Agentic AI is the agency's name for systems that can plan on their own",
        "Yale's chip is called NeuroScale",
        "MoE stands for mixture of experts",
        "SylvBench is a benchmark that tests whether agents can use a computer",
    ],
)
def test_what_a_thing_is_or_is_called_is_an_explanation(sentence: str) -> None:
    assert defines(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Kestrel Voice is a new speech model that answers calls, launched first in Freedonia",
        "Nordlicht Labs released Polaris 2, a language model that reads long files",
        "The FDA is deploying agentic AI for all of its employees",
        "Moss Robotics is the first to name its investors",
    ],
)
def test_what_happened_is_none(sentence: str) -> None:
    assert not defines(sentence)


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
