"""Dates as documents write them, to aware UTC. Knows no clock: a date in the future stays one."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FIRST_YEAR = 1980  # earlier ones are zeroes and defaults of somebody's software, not dates of articles
_LAST_YEAR = 2200


def parse_date(text: str) -> datetime | None:
    """An ISO 8601 or RFC 5322 date; no zone means UTC, no time means midnight; None when it is neither."""
    text = text.strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return to_utc(read(text.upper()))  # RFC 3339 allows "t" and "z"
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def to_utc(moment: datetime) -> datetime | None:
    """`moment` in UTC, None when it is no plausible date of an article."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
