"""Questions without an answer: by guild, by meaning, without people, for 30 days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.gaps import KEPT, GapService
from ingest.embedding.encoders import Encoder
from tests.bot.digest.desk import NOW, Desk, opened

GUILD = 7


@pytest.fixture
def desk(tmp_path: Path, encoder: Encoder) -> Iterator[Desk]:
    with opened(tmp_path, encoder) as desk:
        yield desk


def test_questions_that_ask_for_the_same_are_one_gap_the_most_frequent_first(desk: Desk) -> None:
    gaps = GapService(desk.catalogue.database, desk.search, lambda: NOW)
    for question in (
        "What does a ticket to Mars cost?",
        "Who won the chess world championship?",
        "How much does a ticket to Mars cost?",
        "How do I bake sourdough bread?",
        "What is the cost of a Mars ticket?",
    ):
        gaps.note(GUILD, question)
    gaps.note(8, "Who leads Halcyon?")
    first, *others = gaps.of_guild(GUILD)
    assert (first.question, first.count) == ("What is the cost of a Mars ticket?", 3)
    assert [(gap.question, gap.count) for gap in others] == [
        ("How do I bake sourdough bread?", 1),
        ("Who won the chess world championship?", 1),
    ]


def test_nobody_is_named_and_nothing_is_kept_for_longer_than_30_days_or_after_it_was_switched_off(desk: Desk) -> None:
    now = [NOW]
    gaps = GapService(desk.catalogue.database, desk.search, lambda: now[0])
    gaps.note(GUILD, "What does <@123456789012345678> think\nof <@!42>?")
    gaps.note(GUILD, "<@42>" + " word" * 500)
    assert [gap.question for gap in gaps.of_guild(GUILD)][-1] == "What does … think of …?"
    assert all(len(gap.question) <= 200 for gap in gaps.of_guild(GUILD))
    now[0] += KEPT
    assert len(gaps.of_guild(GUILD)) == 2
    now[0] += timedelta(seconds=1)
    assert gaps.of_guild(GUILD) == []
    gaps.tidy(now[0])
    now[0] = NOW
    assert gaps.of_guild(GUILD) == [], "they are gone and not only hidden"
    gaps.note(GUILD, "Who leads Halcyon?")
    gaps.forget(GUILD)
    assert gaps.of_guild(GUILD) == []


def test_a_guild_that_asks_without_end_fills_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.gaps._MOST", 3)
    gaps = GapService(desk.catalogue.database, desk.search, lambda: NOW)
    for n in range(5):
        gaps.note(GUILD, f"Question {n * 1111}?")
    assert sum(gap.count for gap in gaps.of_guild(GUILD)) == 3
