"""A statement in another language with its numbers and dates as English writes them, to be compared by value. Pure.

"65.000 millones" is 65000 million, "1,5 Mrd." is 1.5 billion, "650億" is 65 billion, "28. Mai" and "5月28日" are
28 May.
"""

from __future__ import annotations

import re
from calendar import month_name
from decimal import Decimal

from bot.lexicon.calendar_words import LANGUAGES, alternatives, months

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
