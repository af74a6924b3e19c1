"""Whether a sentence holds the kind of thing that a question asks for. Pure."""

from __future__ import annotations

import re

from bot.answering.understanding.kinds import AnswerType
from bot.lexicon.calendar_words import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, alternatives, months
from ingest.models import Span

_MONTH = alternatives(month.capitalize() for month in ENGLISH_MONTHS)
_WEEKDAY = alternatives(day.capitalize() for day in ENGLISH_WEEKDAYS)
_SHORT_MONTH = alternatives(month.capitalize() for month in months("en") if month not in ENGLISH_MONTHS)
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:dollars|cents|euros|pounds)\b|\b(?:USD|EUR)\s?\d|\bfree\b|\bprice[sd]?\b", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?|half|twice"
    r"|doubled?|tripled?)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:{_MONTH}|(?:{_SHORT_MONTH})\b\.?|{_WEEKDAY}"
    r"|(?:19|20)\d\d|Q[1-4]|\d+/\d+)\b"
    r"|\b(?i:today|yesterday|tomorrow|tonight|now|soon|(?:this|next|last|coming|later this) \w+"
    r"|\d+ (?:days?|weeks?|months?))\b"
)
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+|@\w+|\b[A-Z][a-z]+ [A-Z][a-z]+")

_HOLDS: dict[AnswerType, re.Pattern[str]] = {
    AnswerType.PRICE: _MONEY,
    AnswerType.NUMBER: _NUMBER,
    AnswerType.DATE: _DATE,
    AnswerType.PERSON: _NAME,
}


def fits(sentence: str, wanted: AnswerType) -> bool:
    """Whether the sentence holds an amount, number, date or name where one is asked for; False for other kinds."""
    pattern = _HOLDS.get(wanted)
    return pattern is not None and pattern.search(sentence) is not None


def can_tell(wanted: AnswerType) -> bool:
    """Whether this kind of answer can be recognised by its form."""
    return wanted in _HOLDS


_MEASURE = r"(?:\s?(?:%|percent|[KMBT]\b|million|billion|trillion|thousand|[kMGTP]B\b|[a-z]{1,14}\b))?"
_SAYS: dict[AnswerType, re.Pattern[str]] = {
    AnswerType.PRICE: re.compile(
        r"[$€£¥]\s?\d[\d.,]*(?<=\d)(?:\s?(?:[KMBT]\b|bn\b|million|billion|trillion))?"
        r"|\d[\d.,]*(?<=\d)\s?(?:million |billion |trillion )?(?:dollars|cents|euros|pounds|kronor|yen)\b",
        re.IGNORECASE,
    ),
    AnswerType.NUMBER: re.compile(rf"[$€£~≈]?\d[\d.,]*(?<=\d){_MEASURE}"),
    AnswerType.DATE: re.compile(
        rf"(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}}(?!\d))?(?:,? (?:19|20)\d\d)?|(?:{_WEEKDAY})\b|\b(?:19|20)\d\d\b"
    ),
    AnswerType.PERSON: re.compile(r"\b[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+){1,2}\b|@\w+"),
}


def found_in(sentence: str, wanted: AnswerType) -> list[Span]:
    """The amounts, numbers, dates or names in a sentence, if one of them is asked for; [] for other kinds.

    The day and the year of a date are no number.
    """
    pattern = _SAYS.get(wanted)
    found = [Span(*match.span()) for match in pattern.finditer(sentence)] if pattern else []
    if wanted is not AnswerType.NUMBER:
        return found
    dates = found_in(sentence, AnswerType.DATE)
    return [span for span in found if not any(span.start < date.end and date.start < span.end for date in dates)]


_HOW_TO = re.compile(
    r"\bhow\b.{0,60}\b(?:install|set ?up|run|start|use|call|build|compile|deploy|configure|serve|launch|enable|import"
    r"|write|print|download|upgrade|update)\b",
    re.IGNORECASE,
)
_CODE_WORDS = re.compile(
    r"\b(?:commands?|code|snippets?|scripts?|syntax|one-?liner|command line|examples? of (?:code|use))\b"
)


def asks_for_code(question: str) -> bool:
    """Whether a question is about how something is installed, run or written."""
    return _HOW_TO.search(question) is not None or _CODE_WORDS.search(question) is not None
