"""ANSWER_PROCESSES: how many answer workers there may be."""

from __future__ import annotations

import os
import sys

import pytest

from bot.settings import BotSettings
from bot.wiring.answer_workers import most_of
from ingest.errors import SettingsError


@pytest.mark.parametrize(("written", "most"), [("0", 0), ("1", 1), (" 12 ", 12)])
def test_there_are_at_most_as_many_answer_workers_as_the_setting_says(
    monkeypatch: pytest.MonkeyPatch, written: str, most: int
) -> None:
    monkeypatch.setenv("ANSWER_PROCESSES", written)
    assert most_of(BotSettings.load()) == most


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process may use all processors")
@pytest.mark.parametrize(("processors", "most"), [(1, 0), (2, 2), (64, 2)])
def test_by_itself_there_are_two_where_there_is_more_than_one_processor(
    monkeypatch: pytest.MonkeyPatch, processors: int, most: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
    assert most_of(BotSettings.load()) == most


@pytest.mark.parametrize("written", ["many", "-1", "33", "9" * 5000, "1.5"])
def test_anything_else_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("ANSWER_PROCESSES", written)
    with pytest.raises(SettingsError, match=r"ANSWER_PROCESSES: .*neither auto nor a number from 0 to 32"):
        BotSettings.load()
