"""SHARD_IDS and SHARD_COUNT: read, and refused by name where they do not fit."""

from __future__ import annotations

import pytest

from bot.settings import BotSettings
from ingest.errors import SettingsError


def settings(monkeypatch: pytest.MonkeyPatch, ids: str, count: str, **others: str) -> BotSettings:
    for name, value in {"SHARD_IDS": ids, "SHARD_COUNT": count, **others}.items():
        monkeypatch.setenv(name, value)
    return BotSettings.load()


@pytest.mark.parametrize(
    ("ids", "shards"),
    [("", ()), ("3", (3,)), ("0,1", (0, 1)), ("0-3", (0, 1, 2, 3)), (" 7 , 0 - 2,5", (7, 0, 1, 2, 5))],
)
def test_shards_are_numbers_and_ranges(monkeypatch: pytest.MonkeyPatch, ids: str, shards: tuple[int, ...]) -> None:
    assert settings(monkeypatch, ids, "8").shard_ids == shards


@pytest.mark.parametrize(
    ("ids", "count", "named"),
    [
        ("one", "2", "SHARD_IDS"),
        ("-1", "2", "SHARD_IDS"),
        ("1-", "2", "SHARD_IDS"),
        ("3-1", "8", "SHARD_IDS"),
        ("0,0-1", "2", "SHARD_IDS"),
        ("2", "2", "SHARD_IDS"),
        ("٣", "8", "SHARD_IDS"),
        ("9" * 5000, "2", "SHARD_IDS"),
        ("0-999999", "2", "SHARD_IDS"),
        ("0", "", "SHARD_COUNT"),
        ("0", "-1", "SHARD_COUNT"),
        ("0", "many", "SHARD_COUNT"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, ids: str, count: str, named: str
) -> None:
    with pytest.raises(SettingsError) as told:
        settings(monkeypatch, ids, count)
    assert told.value.which == named


def test_a_bot_with_some_of_the_shards_needs_an_index_that_others_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="CHROMA_URL"):
        settings(monkeypatch, "0", "2").require_shared_index()
    settings(monkeypatch, "0-1", "2").require_shared_index()
    settings(monkeypatch, "", "2").require_shared_index()
    settings(monkeypatch, "0", "2", CHROMA_URL="http://localhost:8000").require_shared_index()
