"""A statement neither turns its source around nor drops its caution."""

from __future__ import annotations

import pytest

from bot.lexicon.negation import hedge_dropped, negation_flipped

LAUNCH = ["Acme launched Foo in May, not Bar, and it will not sell adverts."]


@pytest.mark.parametrize(
    "statement", ["Acme launched Foo.", "Acme won't sell adverts.", "It launched Foo without adverts."]
)
def test_what_the_source_says_passes(statement: str) -> None:
    assert negation_flipped(statement, LAUNCH) == ""


@pytest.mark.parametrize(
    "statement", ["Acme did not launch Foo.", "Acme will sell adverts.", "Acme never launched Foo in May."]
)
def test_what_the_source_denies_or_affirms_cannot_be_turned_around(statement: str) -> None:
    assert negation_flipped(statement, LAUNCH) != ""


def test_a_denial_needs_a_source_that_denies() -> None:
    assert negation_flipped("Prices were not changed.", ["Prices were changed."]) == "not"


def test_a_denial_that_source_and_statement_share_hides_no_other() -> None:
    source = ["Acme launched Foo as a preview rather than a broad release."]
    assert negation_flipped("Acme launched Foo as a preview rather than a broad release.", source) == ""
    assert negation_flipped("Acme never launched Foo as a preview rather than a broad release.", source) != ""


RUMOUR = ["Acme reportedly bought Foo Labs for $2B; its chip ships in May."]


def test_a_hedge_of_the_source_is_missed_where_it_governs_what_is_said() -> None:
    assert hedge_dropped("Acme bought Foo Labs for $2B.", RUMOUR) == "reportedly"
    assert hedge_dropped("Acme's chip ships in May.", RUMOUR) == ""


@pytest.mark.parametrize("word", ["reportedly", "may have", "is said to have", "apparently"])
def test_any_hedge_of_the_statement_will_do(word: str) -> None:
    assert hedge_dropped(f"Acme {word} bought Foo Labs for $2B.", RUMOUR) == ""
