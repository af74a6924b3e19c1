"""What is the same word to readers counts as said, whichever way an article writes it."""

from __future__ import annotations

import pytest

from bot.answering.retrieval.coverage import coverage
from bot.lexicon.forms import forms_of
from ingest.text.words import content_terms, terms


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("TPU", "TPUs"),
        ("SSMs", "an SSM"),
        ("CTO", "chief technology officer"),
        ("initial public offering", "its IPO"),
        ("80GB", "80 GB"),
        ("5 nanometres", "5nm"),
        ("kg", "kilograms"),
        ("250K", "250,000"),
        ("3,000,000", "3M"),
    ],
)
def test_another_form_of_a_word_is_the_word(asked: str, written: str) -> None:
    said = content_terms(asked)
    assert coverage(dict.fromkeys(said, 1.0), set(terms(written)), forms=forms_of(said)) == 1.0


@pytest.mark.parametrize(
    ("asked", "written"), [("news", "new"), ("chief scientist", "ceo"), ("250K", "25,000"), ("80GB", "80 TB")]
)
def test_other_words_stay_other_words(asked: str, written: str) -> None:
    said = content_terms(asked)
    assert coverage(dict.fromkeys(said, 1.0), set(terms(written)), forms=forms_of(said)) < 1.0
