"""The clock, and how times are read and written everywhere: ISO 8601 in, UTC with `Z` out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

from ingest.errors import SettingsError

Clock = Callable[[], datetime]
"""Returns the current time; tests use their own."""

_DATE_ONLY = re.compile(r"\d{4}-?\d{2}-?\d{2}|\d{4}-?W\d{2}-?\d", re.ASCII)


def utc_now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def parse_clock(text: str) -> datetime:
    """Read an ISO 8601 date or timestamp as an aware time in UTC.

    No zone means UTC. A bare date means the end of that day (its last microsecond), because the clock is the
    moment up to which everything is visible: `--at 2026-06-28` sees what was published that day.

    Raises:
        SettingsError: it is neither.
    """
    return _parse(text, time.max)


def parse_published(text: str) -> datetime:
    """Read an ISO 8601 date or timestamp of publication, UTC; a bare date means the beginning of that day.

    Raises:
        SettingsError: it is neither.
    """
    return _parse(text, time.min)


def _parse(text: str, of_bare_date: time) -> datetime:
    text = text.strip()
    try:
        if _DATE_ONLY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), of_bare_date, UTC)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise SettingsError(
            "cannot read the time",
            repr(text[:40]),
            "it is neither an ISO 8601 date nor a timestamp",
            hint="Write it like 2026-06-28 or 2026-06-28T14:30:00Z.",
        ) from None


def format_utc(moment: datetime) -> str:
    """An aware time as ISO 8601 in UTC, `2026-06-28T14:30:00Z`; fractions of a second only if there are any.

    Raises:
        ValueError: the time has no zone, which is a bug.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment!r}")
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
