"""Parses dates of documents to aware UTC. Uses no clock: dates in the future are kept.

    ISO 8601 | Unix time | RFC 5322 | any other form that names year, month and day, in common languages

Ambiguous dates are None, because a wrong date hides an article from the week it belongs to.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from threading import Lock
from typing import Any

_FIRST_YEAR = 1980  # earlier dates are defaults of software, not dates of articles
_LAST_YEAR = 2200
_LONGEST = 80
_UNIX_TIME = re.compile(r"\d{10}(?P<milliseconds>\d{3})?(?:\.\d{1,9})?", re.ASCII)
_RFC_5322 = re.compile(
    r"(?:[a-z]{2,9},?\s+)?\d{1,2}\s+[a-z]{3}\s+(?:\d{2}|\d{4})\s+\d{1,2}:\d\d(?::\d\d)?"
    r"(?:\s+(?:[+-]\d{4}|[ecmp][sd]t|gmt|utc?|z))?(?:\s*\([^()]{0,40}\))?",
    re.ASCII | re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SLASHES = re.compile(r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-]\d{4}\b", re.ASCII)
_OFFSET = re.compile(r"\b(?:GMT|UTC)(?=[+-]\d)|\([^()]{0,40}\)\s*$", re.IGNORECASE)
_LANGUAGES = "en de fr es it pt nl pl ru uk cs sv da nb fi tr el hu ro id vi ar fa he hi zh ja ko th".split()
_ZONES = {"IST": "+0530", "CST": "-0600", "BST": "+0100"}
"""Abbreviations with several meanings, mapped to the most common one."""
_ZONE = re.compile(rf"\b(?:{'|'.join(_ZONES)})\b")
_one_at_a_time = Lock()


def parse_date(text: str) -> datetime | None:
    """Parse a date that names its year, month and day, else None. No zone means UTC, no time means midnight.

    >>> parse_date("Thu, 26 Nov 2026 23:30:00 -0800")
    datetime.datetime(2026, 11, 27, 7, 30, tzinfo=datetime.timezone.utc)
    >>> parse_date("2026年3月5日") == parse_date("5. März 2026") == parse_date("2026/03/05")
    True
    >>> parse_date("03/04/2026") is parse_date("last Tuesday") is None
    True
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    for read in (_iso, _unix, _rfc_5322, _other):
        try:
            moment = read(text)
        except (ValueError, TypeError, OverflowError, IndexError, OSError):
            continue
        if moment is not None:
            return to_utc(moment)
    return None


def to_utc(moment: datetime) -> datetime | None:
    """`moment` in UTC; None if it is not a plausible date of an article."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    return datetime.fromisoformat(text.upper())  # RFC 3339 allows "t" and "z"


def _unix(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970."""
    match = _UNIX_TIME.fullmatch(text)
    return datetime.fromtimestamp(float(text) / (1000 if match["milliseconds"] else 1), UTC) if match else None


def _rfc_5322(text: str) -> datetime | None:
    """Python's parser accepts much more than the standard, and drops what it does not know: PM, most zones."""
    return parsedate_to_datetime(text) if _RFC_5322.fullmatch(text) else None


def _other(text: str) -> datetime | None:
    """dateparser, if nothing has to be guessed."""
    if not any(character.isdigit() for character in text) or _is_ambiguous(text):
        return None
    offset = _OFFSET.sub(" ", text)
    zoned = _ZONE.sub(lambda zone: _ZONES[zone[0]], offset)
    with _one_at_a_time:
        found: datetime | None = _reader().get_date_data(zoned.strip()).date_obj
    return found if found is not None and str(found.year) in _years(text, found) else None


def _is_ambiguous(text: str) -> bool:
    """Whether day and month could be swapped: 03/04/2026. With full stops the day always comes first."""
    match = _SLASHES.match(text)
    return match is not None and max(int(match["one"]), int(match["two"])) <= 12 and match["one"] != match["two"]


def _years(text: str, found: datetime) -> set[str]:
    """The years in the text, in any digits, including one reached by a time zone's shift on 31 December."""
    named = {str(int(year)) for year in _YEAR.findall(text)}
    return named | {str(found.year)} if {str(found.year - 1), str(found.year + 1)} & named else named


@cache
def _reader() -> Any:
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]  # half a second and some 20 MiB, for feeds that need it

    settings = {
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "TO_TIMEZONE": "UTC",
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "DATE_ORDER": "DMY",
    }
    return DateDataParser(languages=_LANGUAGES, settings=settings, try_previous_locales=False)
