"""A statement in another language: its numbers and dates in English form, to be compared by value, and its names. Pure.

"65.000 millones" is 65000 million, "1,5 Mrd." is 1.5 billion, "650億" is 65 billion, "28. Mai" and "5月28日" are
28 May. A translation keeps the original's names. Where only names have capitals, a name is what has one. German writes
every noun with a capital: there a word is not a name if it follows an article or an adjective, has the ending of a
noun, or is a common noun of this field. A common word mistaken for a name costs a statement, never the truth.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from decimal import Decimal

from bot.lexicon.calendar_words import LANGUAGES, alternatives, months, weekdays
from bot.lexicon.names import Name, find_names
from ingest.text.language import FUNCTION_WORDS, language_of_question

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEAM = re.compile(rf"(?<=[{_CJK}])(?=[\w$€£¥])(?![{_CJK}])|(?<=[\w%])(?<![{_CJK}])(?=[{_CJK}])")
_EAST_DATE = re.compile(r"(?:(\d{4})\s*[年년]\s*)?(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_EAST_SCALES = {"万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8, "兆": 12, "조": 12}
_EAST_NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*([{''.join(_EAST_SCALES)}])")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?![\d.])")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,])")
_WORDS = tuple(
    (re.compile(rf"(?:{words})", re.IGNORECASE), english)
    for words, english in (
        (r"\bmil (?:millones|milhões)\b", "billion"),
        (r"\b(?:billionen|bill[oó]n(?:es)?|trilh(?:ão|ões))\b", "trillion"),
        (r"\b(?:milliard(?:en?|s)?|mrd\.?|miliard[oi]|bilh(?:ão|ões)|miljard)(?!\w)(?: de(?= ))?", "billion"),
        (r"\b(?:millionen|mio\.?|mill[oó]n(?:es)?|milion[ei]|milh(?:ão|ões)|miljoen)(?!\w)(?: de(?= ))?", "million"),
        (r"(?<=illion)s de(?= )|\bus-(?=dollar)", ""),
        (r"\b(?:dólar(?:es)?|dollari)\b|ドル|美元|달러", " dollars "),
        (r"(?<=\d)\s*(?:por ?ciento|pour ?cent|por cento|per cento|procent|％)", " percent"),
    )
)
_MONTHS = months(*(language for language in LANGUAGES if language != "en"))
_MONTH = alternatives(_MONTHS)
_DATE = re.compile(rf"\b(\d{{1,2}})(?:\.|º|er)?\s+(?:de\s+)?({_MONTH})\b(?:\s+(?:del?\s+)?(\d{{4}}))?", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(rf"\b({_MONTH})\s+(?:del?\s+)?(\d{{4}})\b", re.IGNORECASE)
_POINTED_DATE = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
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


def in_english_form(statement: str) -> str:
    """The statement with numbers, scales, months and dates in English form; all else as it is."""
    text = _EAST_DATE.sub(lambda m: f" {m[3]} {month_name[max(min(int(m[2]), 12), 1)]} {m[1] or ''} ", statement)
    text = _EAST_NUMBER.sub(lambda m: _scaled(m[1], _EAST_SCALES[m[2]]), text)
    text = _POINTED_DATE.sub(lambda m: f"{m[3]}-{int(m[2]):02}-{int(m[1]):02}", text)
    text = _DATE.sub(lambda m: f"{m[1]} {month_name[_MONTHS[m[2].lower()]]}{f' {m[3]}' if m[3] else ''}", text)
    text = _MONTH_OF_YEAR.sub(lambda m: f"{month_name[_MONTHS[m[1].lower()]]} {m[2]}", text)
    text = _THOUSANDS.sub(lambda m: re.sub(r"\D", "", m[0]), text)
    text = _DECIMAL.sub(r"\1.\2", text)
    for pattern, english in _WORDS:
        text = pattern.sub(english, text)
    return " ".join(_SEAM.sub(" ", text).split())


def _scaled(number: str, exponent: int) -> str:
    """A number of ten thousands or hundred millions in thousands, millions or billions."""
    value = Decimal(number.replace(",", "")).scaleb(exponent)
    for scale, size in (("trillion", 12), ("billion", 9), ("million", 6)):
        if value >= Decimal(10) ** size:
            return f"{(value.scaleb(-size)).normalize():f} {scale} "
    return f"{value.normalize():f} "


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
