"""Lines that tell no news are told from lines that do."""

from __future__ import annotations

import pytest

from bot.digest.segmenting.boilerplate import Furniture, repeated_lines
from ingest.models import Span


@pytest.mark.parametrize(
    "line",
    [
        "not much happened today",
        "a quiet day.",
        "We checked 12 subreddits, 544 Twitters and no further Discords.",
        "You can opt in/out of email frequencies!",
        "Thanks for reading to here, it was a good run.",
        "Subscribe to our newsletter for more.",
        "This issue is sponsored by Acme Cloud.",
        "Top Tweets (by engagement)",
        "Get 20% off your first year.",
        "Comments were mostly jokes about the name.",
    ],
)
def test_housekeeping_is_known(line: str) -> None:
    assert Furniture(line).holds(Span(0, len(line)))


@pytest.mark.parametrize(
    "line",
    [
        "Discord announced a new API for bots that read threads.",
        "OpenAI checked 12 benchmarks and found contamination in 3 of them.",
        "The newsletter start-up Letterly was bought by Acme for $40 million.",
        "A quiet revolution: inference on phones is now faster than on laptops.",
        "Much happened at the summit: 30 countries signed.",
        "The sparse model is 20% off the best score.",
    ],
)
def test_news_is_not_taken_for_housekeeping(line: str) -> None:
    assert not Furniture(line).holds(Span(0, len(line)))


def test_what_a_publisher_prints_in_every_issue_is_furniture_whatever_the_figures() -> None:
    issues = [("Recap", [f"Issue {n}: all about models.", f"News item number {'x' * n}."]) for n in range(5)]
    others = [("Wire", ["Issue 1: all about models."])]
    repeated = [frozenset({lines[0]}) for _, lines in issues]
    assert repeated_lines([*issues, *others]) == [*repeated, frozenset()]


def test_a_trigger_counts_for_the_sentence_that_it_stands_in() -> None:
    text = "İstanbul hosts a summit. Subscribe to our newsletter. Chips got cheaper."
    ends = [24, 53, len(text)]
    spans = [Span(start, end) for start, end in zip([0, 25, 54], ends, strict=True)]
    assert [Furniture(text).holds(span) for span in spans] == [False, True, False]
