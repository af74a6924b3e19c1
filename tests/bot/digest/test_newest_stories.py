"""Who asks what is new is shown what is new to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.answering.models import Question
from bot.digest.digester import Digester
from bot.digest.newest_stories import Headlines
from ingest.embedding.encoders import Encoder
from tests.bot.digest.desk import DAY, HARBOR, NOW, POLARIS, Desk, opened

QUESTION = Question("What's new?", NOW, asker_id="7")


@pytest.fixture
def desk(tmp_path: Path, encoder: Encoder) -> Iterator[Desk]:
    with opened(tmp_path, encoder) as desk:
        desk.put("Nordlicht releases Polaris 2", POLARIS, age=DAY)
        desk.put("Harbor AI raises $120 million", HARBOR, source="Model Wire", age=5 * DAY)
        yield desk


def newest(desk: Desk, ago: timedelta | None) -> str:
    """What is quoted to somebody who asked last so long ago; None: never."""

    def last_asked(scope: str, asker_id: str) -> datetime | None:
        return None if ago is None else NOW - ago

    return " ".join(
        quote.text for quote in Headlines(Digester(desk.catalogue, desk.search), last_asked)(QUESTION, None)
    )


def test_somebody_new_is_shown_the_stories_of_the_week(desk: Desk) -> None:
    shown = newest(desk, None)
    assert "Polaris 2" in shown
    assert "Harbor AI" in shown


def test_somebody_who_asked_three_days_ago_is_shown_what_came_since(desk: Desk) -> None:
    shown = newest(desk, 3 * DAY)
    assert "Polaris 2" in shown
    assert "Harbor AI" not in shown


def test_somebody_who_asked_just_now_is_not_left_without_news(desk: Desk) -> None:
    assert newest(desk, timedelta(minutes=1)) == newest(desk, None)
