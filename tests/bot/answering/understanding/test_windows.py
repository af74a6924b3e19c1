"""Windows of time are read as people mean them, and never out of words that only look like dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.understanding.windows import find_window, read_window
from tests.bot.answering.understanding.window_cases import ENGLISH, FRIDAY, NO_WINDOW, NOW, OTHER_LANGUAGES


def at(day: str) -> datetime:
    """The clock of `--at DAY`: the last moment of that day."""
    return datetime.combine(date.fromisoformat(day), time.max, UTC)


def moment(said: str | None, clock: datetime) -> datetime | None:
    if said is None:
        return None
    if said == NOW:
        return clock
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


@pytest.mark.parametrize(("clock", "text", "since", "until"), ENGLISH + OTHER_LANGUAGES)
def test_words_name_this_window(clock: str, text: str, since: str | None, until: str | None) -> None:
    now = at(clock)
    window = read_window(text, now)
    assert window is not None
    assert (window.since, window.until) == (moment(since, now), moment(until, now))


@pytest.mark.parametrize("text", NO_WINDOW)
def test_words_that_only_look_like_time_name_no_window(text: str) -> None:
    assert read_window(text, at(FRIDAY)) is None


def test_the_first_instant_of_a_day_still_belongs_to_the_day_that_ended() -> None:
    midnight = datetime(2026, 6, 13, tzinfo=UTC)
    window = read_window("what happened today?", midnight)
    assert window is not None
    assert (window.since, window.until) == (datetime(2026, 6, 12, tzinfo=UTC), midnight)


def test_days_begin_where_the_guild_lives() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    now = datetime(2026, 6, 11, 20, tzinfo=UTC)  # June 12, 5:00 in Tokyo
    window = read_window("what happened yesterday?", now, tokyo)
    assert window is not None
    assert (window.since, window.until) == (
        datetime(2026, 6, 10, 15, tzinfo=UTC),
        datetime(2026, 6, 11, 15, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("what did openai launch in the first week of may", "what did openai launch"),
        ("any new vllm posts since monday?", "any new vllm posts ?"),
        ("which LLMs came out in may/june and how fast are they?", "which LLMs came out and how fast are they?"),
        ("between June 3 and June 8, what shipped", ", what shipped"),
        ("after june 3 and before june 8 who left", "and who left"),
    ],
)
def test_the_words_of_the_window_can_be_taken_out(text: str, rest: str) -> None:
    reading = find_window(text, at(FRIDAY))
    assert reading is not None
    assert reading.rest_of(text) == rest


CLOCKS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds and adds the zone
    max_value=datetime(2999, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
PHRASES = st.lists(
    st.sampled_from([text for _, text, _, _ in ENGLISH + OTHER_LANGUAGES] + NO_WINDOW), min_size=1, max_size=3
).map(" ".join)
PIECES = [
    *"0123456789 -/.,年月日から",
    " in ",
    " may ",
    " june ",
    " last ",
    " week ",
    " days ",
    " since ",
    " 2026",
    "monday",
]
NOISE = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(text=PHRASES | NOISE | st.text(), now=CLOCKS)
def test_a_window_always_begins_before_it_ends(text: str, now: datetime) -> None:
    window = read_window(text, now)
    if window:
        assert window.since or window.until
        assert not (window.since and window.until) or window.since < window.until


@given(text=st.text() | NOISE | PHRASES, now=CLOCKS)
def test_the_characters_told_lie_in_the_text_and_never_overlap(text: str, now: datetime) -> None:
    reading = find_window(text, now)
    if reading:
        assert all(0 <= span.start < span.end <= len(text) for span in reading.spans)
        assert all(a.end <= b.start for a, b in pairwise(reading.spans))


RELATIVE = [
    "today's news",
    "this week",
    "this month",
    "this quarter",
    "this year",
    "the last 5 days",
    "since monday",
    "last week",
    "yesterday",
    "last month",
    "over the weekend",
    "since june",
    "the past year",
]


@given(text=st.sampled_from(RELATIVE), now=CLOCKS)
def test_words_that_count_from_the_clock_never_end_after_it(text: str, now: datetime) -> None:
    window = read_window(text, now)
    assert window is not None
    assert window.until is not None
    assert window.until <= now


@given(now=CLOCKS)
def test_last_week_and_this_week_meet_on_a_monday(now: datetime) -> None:
    last, this = read_window("last week", now), read_window("this week", now)
    assert last
    assert this
    assert last.until == this.since
    assert last.since
    assert last.since.weekday() == 0
    assert last.until == last.since + timedelta(days=7)


@given(now=CLOCKS, month=st.sampled_from(["january", "march", "may", "june", "october", "december"]))
def test_a_month_without_a_year_has_begun(now: datetime, month: str) -> None:
    window = read_window(f"in {month}", now)
    assert window
    assert window.since
    assert window.since < now
    assert now - window.since < timedelta(days=367)
