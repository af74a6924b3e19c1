"""What counts the same thing anew is news again; another number for something else, or a rounded one, is not."""

from __future__ import annotations

import pytest

from bot.watch.updates import counts_anew


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The ferry accident killed 31 people.", "The ferry accident killed 12 people."),
        ("Kestrel cuts 900 jobs.", "Kestrel cuts 300 jobs, it said on Monday."),
        ("Harbor AI raised $210 million.", "Harbor AI raised $120 million for its robots."),
        ("Prices rose 9% in May.", "Prices rose 4% in May, said the bureau."),
    ],
)
def test_a_new_figure_for_the_same_thing_is_news(text: str, told: str) -> None:
    assert counts_anew(text, [told])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The ferry accident killed 12 people.", "The ferry accident killed 12 people."),
        ("The ferry accident killed 12 people.", "A dozen ships came; 31 people were killed, not 12."),
        ("Harbor AI raised $120 million from 4 funds.", "Harbor AI raised $120 million for 30 robots."),
        ("Harbor AI raised $121.5 million.", "Harbor AI raised $120 million."),
        ("Polaris 3 is out since 5 June.", "Polaris 2 is out since 4 June."),
        ("It opens in 2027.", "It opens in 2026."),
        ("Polaris 2 reads 256,000 tokens.", "Polaris 2 has 34 billion parameters."),
        ("It came 2 days later.", "It came 5 days later."),
    ],
)
def test_the_same_figure_or_one_for_something_else_is_no_news(text: str, told: str) -> None:
    assert not counts_anew(text, [told])
