"""The names of a statement in another language: a translation keeps the original's. By rules, no model. Pure.

Where only names have capitals, a name is what has one. German writes every noun with a capital: there a word is no name
that stands behind an article or an adjective, has the ending of a noun, or is a noun of this trade. What is taken for a
name by mistake costs a statement, not the truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.lexicon.calendar_words import months, weekdays
from bot.lexicon.names import Name, find_names
from ingest.text.language import FUNCTION_WORDS, language_of_question

_DETERMINER = re.compile(
    r"\b(?:d(?:er|ie|as|en|em|es)|[kmsd]?ein(?:e[mnrs]?)?|(?:ihr|unser|dies|jed|jen|viel|mehrer|einig|wenig)(?:e[mnrs]?)?"
    r"|alle[rn]?|im|am|zum|zur|beim|vom|ins|ans|pro|je|mehr|\d[\d.,]*)\s+(?:[a-zäöüß-]{3,}(?:e[mnrs]?|er|te[nrs]?)\s+){0,2}$",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\w{2,}(?:ung|heit|keit|schaft|tät|ismus|nis|enz|anz|tion|ment|tum|chen|ling|werk|zeug|satz|zahl|zentrum|modell)"
    r"(?:en|es|e|s|n)?"
)
_NOUNS = frozenset(
    """
    agenten angaben anteil antwort anwendung art aufgaben basis beispiel bericht bezug chef chips daten dollar ende
    entwickler ergebnis ergebnisse euro experten fall fenster fensters firma firmen forscher frage fragen geld
    geschäft gewichte grund gründer hilfe investoren jahr jahre jahren kapital kauf kontext kosten kunden labor
    leistung lizenz mal markt menge menschen minuten mitarbeiter modell modelle modellen modells monat monate
    monaten nutzer parameter parametern preis preise problem produkt produkte projekt prozent quelle quellen
    quelltext rechenzentren runde schritt sekunde sekunden serie software speicher start strom studie stunden system
    systeme tag tage tagen tempo text texte token tokens training umsatz unternehmen unternehmens us verfahren
    vergleich vorteil weg weise welt wert werte woche wochen worte zeit ziel zugang
    """.split()
).union(months("de"), weekdays("de"))

# Words that begin sentences, beside those of `FUNCTION_WORDS`.
_OPENINGS = frozenset(
    """
    laut bei nach durch auch aber als damit dabei zudem außerdem insgesamt derzeit bisher dazu dafür nun seine ihre man
    según además también sin tras ante entre este esta sus tiene selon dans cependant aussi après avant cette
    leurs elles ils nous segundo além também após secondo anche dopo nel nella questo volgens ook na bij deze
    """.split()
)
_LONG_NOUNS = tuple(noun for noun in _NOUNS if len(noun) >= 5)


def foreign_names(statement: str) -> list[Name]:
    """The names of a statement that is not in English, in order."""
    german = language_of_question(statement, enough=1) == "de"
    return [name for name in find_names(statement) if not _is_no_name(name, statement, german=german)]


def _is_no_name(name: Name, statement: str, *, german: bool) -> bool:
    lower = name.text.lower()
    if name.exact or any(char.isupper() or char.isdigit() for char in name.text[1:]):
        return german and lower in _NOUNS
    if lower in FUNCTION_WORDS or lower in _OPENINGS:
        return True
    return german and (is_german_noun(lower) or all(_behind(name.text, statement)))


def is_german_noun(word: str) -> bool:
    """Whether it is a noun by its ending, or of this trade, alone or at the end of a longer one ("Sprachmodell")."""
    word = word.lower()
    return bool(_ENDING.fullmatch(word)) or word in _NOUNS or word.endswith(_LONG_NOUNS)


def _behind(word: str, statement: str) -> Iterator[bool]:
    """For each place of the word, whether an article or a number stands before it."""
    for match in re.finditer(rf"(?<!\w){re.escape(word)}", statement):
        yield bool(_DETERMINER.search(statement, 0, match.start()))
