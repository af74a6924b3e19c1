"""What can stand alone above a story, and what cannot."""

from __future__ import annotations

import pytest

from bot.digest.writing.standing import stands_alone


@pytest.mark.parametrize(
    "text",
    [
        "Nordlicht releases Polaris 2 with open weights",
        "Harbor AI raised $120 million",
        "Strigi has taken back the results of Owl 7",
        "Freedonia will tax data centres from January",
        "The board of Moss Robotics votes against the sale",
        "Kestrel's new voice model is slower than its first",
        "Heron AI quits Sylvania",
        "Moss Robotics and Kestrel besieged the regulator with letters",
    ],
)
def test_who_did_what_stands_alone(text: str) -> None:
    assert stands_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "It reached the level of a gold medal at the olympiad",
        "The Strigi founder's long dinner with investors",
        "Harbor AI's plan for the hulls of ships",
        "They beat Polaris 2 on nine of ten tests",
        "cheaper than before and open to all",
        "Which of the Nordlicht models to choose",
        "Lower latency and a better cache-hit rate in Polaris 2",
        "The proposed rules for the ships of Freedonia",
        "A member asked about the price of Polaris 2",
        "Users can now try Polaris 2 in a browser",
    ],
)
def test_a_pronoun_a_fragment_and_a_nameless_line_do_not(text: str) -> None:
    assert not stands_alone(text)


def test_an_editors_title_may_name_them_behind_the_verb() -> None:
    assert stands_alone("Two former employees accused Harbor AI", is_title=True)
    assert not stands_alone("Two former employees accused Harbor AI")


def test_a_rumour_keeps_its_reportedly() -> None:
    whole = "Strigi will be sold to Harbor AI, according to unconfirmed reports from two investors."
    assert not stands_alone("Strigi will be sold to Harbor AI", whole)
    assert stands_alone("Strigi is reportedly sold to Harbor AI", "Strigi is reportedly sold to Harbor AI this week.")
