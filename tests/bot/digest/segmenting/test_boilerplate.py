"""Lines that tell no news are told from lines that do."""

from __future__ import annotations

import pytest

from bot.digest.segmenting.boilerplate import is_boilerplate, repeated_lines, skeleton


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
    assert is_boilerplate(line)


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
    assert not is_boilerplate(line)


def test_what_a_publisher_prints_in_every_issue_is_furniture_whatever_the_figures() -> None:
    issues = [("Recap", [f"Issue {n}: all about models.", f"News item number {'x' * n}."]) for n in range(5)]
    others = [("Wire", ["Issue 1: all about models."])]
    assert repeated_lines([*issues, *others]) == {"Recap": frozenset({skeleton("Issue 9: all about models.")})}
