"""In a translation names are those of the original; a noun with a capital is none."""

from __future__ import annotations

import pytest

from bot.lexicon.foreign import foreign_names


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("Das neue Sprachmodell von Mistral kostet die Kunden weniger.", ["Mistral"]),
        ("Laut OpenAI ist das Kontextfenster von GPT-5.5 größer.", ["OpenAI", "GPT-5.5"]),
        ("Die Bewertung der Firma stieg, und Sequoia hat die Runde angeführt.", ["Sequoia"]),
        ("El modelo de Mistral es de código abierto.", ["Mistral"]),
        ("La société est dirigée par Arthur Mensch.", ["Arthur", "Mensch"]),
    ],
)
def test_the_names_of_a_foreign_statement(statement: str, names: list[str]) -> None:
    assert [name.text for name in foreign_names(statement)] == names
