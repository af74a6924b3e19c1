"""Since when articles count: dates and words, never beyond the asker's clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.answering.models import Question, Window
from bot.answering.sentences import no_evidence
from bot.answering.understanding.since import UnreadableSinceError, narrowed, parse_since
from bot.answering.understanding.understand import understand

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)  # a Sunday


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "since"),
    [
        ("2026-06-28", at(6, 28)),
        ("2026-06-28T14:00Z", at(6, 28, 14)),
        ("last week", at(11, 9)),
        ("since  last week", at(11, 9)),
        ("Yesterday", at(11, 21)),
        ("today", at(11, 22)),
        ("3 days ago", at(11, 19)),
        ("2 weeks", at(11, 8, 4)),
        ("June", at(6, 1)),
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_and_words_name_the_time_from_which_on_articles_count(typed: str, since: datetime) -> None:
    assert parse_since(typed, NOW) == Window(since, None)


def test_days_begin_where_the_asker_is() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert parse_since("today", NOW, tokyo) == Window(at(11, 21, 15), None)


@pytest.mark.parametrize("typed", ["pancakes", "", "2027-01-01", "99999999"])
def test_what_names_no_time_that_has_passed_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UnreadableSinceError) as refused:
        parse_since(typed, NOW)
    assert "2026-06-28" in refused.value.hint


@pytest.mark.parametrize(
    ("words", "beside", "both"),
    [
        (None, None, None),
        (Window(at(6, 1), at(7, 1)), None, Window(at(6, 1), at(7, 1))),
        (None, Window(at(6, 9), None), Window(at(6, 9), None)),
        (Window(at(6, 1), at(7, 1)), Window(at(6, 9), None), Window(at(6, 9), at(7, 1))),
        (Window(at(6, 20), at(7, 1)), Window(at(6, 9), None), Window(at(6, 20), at(7, 1))),
        (Window(None, at(7, 1)), Window(at(6, 9), None), Window(at(6, 9), at(7, 1))),
        (Window(at(3, 1), at(4, 1)), Window(at(6, 9), None), Window(at(6, 9), None)),
    ],
)
def test_the_window_of_the_words_is_narrowed(words: Window | None, beside: Window | None, both: Window | None) -> None:
    assert narrowed(words, beside) == both


def test_a_question_is_read_with_what_was_asked_for_beside_it() -> None:
    question = Question("What did OpenAI release in November?", NOW, window=parse_since("3 days ago", NOW))
    assert understand(question).window == Window(at(11, 19), at(12, 1))


def test_last_week_is_that_of_the_askers_zone_and_told_in_its_days() -> None:
    kiritimati = ZoneInfo("Pacific/Kiritimati")  # 14 hours ahead: there it is Monday already
    question = Question("What did OpenAI release last week?", at(11, 22, 12), zone=kiritimati)
    window = understand(question).window
    assert window == Window(at(11, 15, 10), at(11, 22, 10))
    assert "of 16 to 22 November 2026" in no_evidence(NOW, window, kiritimati)
