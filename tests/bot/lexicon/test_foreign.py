"""Numbers and dates of other languages come out in English form, and nothing breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lexicon.foreign import in_english_form


@pytest.mark.parametrize(
    ("foreign", "english"),
    [
        ("1,5 Millionen Euro", "1.5 million Euro"),
        ("65.000 millones de dólares", "65000 million dollars"),
        ("65 mil millones", "65 billion"),
        ("2 Billionen", "2 trillion"),
        ("12.345 Nutzer", "12345 Nutzer"),
        ("3,5 milliards d'euros", "3.5 billion d'euros"),
        ("650億ドル", "65 billion dollars"),
        ("3500万人", "35 million 人"),
        ("2026年5月28日に", "28 May 2026 に"),
        ("am 28. Mai 2026", "am 28 May 2026"),
        ("el 28 de mayo de 2026", "el 28 May 2026"),
        ("le 1er juin", "le 1 June"),
        ("am 28.05.2026", "am 2026-05-28"),
        ("im Mai 2026", "im May 2026"),
        ("40 % und 12,5 Prozent", "40 % und 12.5 Prozent"),
        ("GPT-5.5 und Gemma 4 12B", "GPT-5.5 und Gemma 4 12B"),
    ],
)
def test_a_number_or_date_in_english_form(foreign: str, english: str) -> None:
    assert in_english_form(foreign) == english


@given(
    st.text()
    | st.lists(st.sampled_from(["1", "000", ".", ",", "億", "月", "日", "13", " ", "Mai", "mil"])).map("".join)
)
def test_no_text_breaks_it(text: str) -> None:
    in_english_form(text)
