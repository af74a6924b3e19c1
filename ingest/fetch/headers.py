"""What response headers say, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_REUSABLE = re.compile(r"\bno-(?:store|cache)\b", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,9}(?:\.\d+)?")
_LONGEST_WAIT_S = 30 * 86400.0


class Headers:
    """Response headers by lower-case name; the first of repeated headers counts."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            self._values.setdefault(name.decode("latin-1").lower(), _text(value))

    def get(self, name: str) -> str | None:
        return self._values.get(name) or None

    @property
    def content_type(self) -> str:
        return self._values.get("content-type", "").lower()

    @property
    def content_length(self) -> int:
        """0 if missing. Only the first 18 digits are read: Python refuses numbers of more than 4,300 digits."""
        value = self._values.get("content-length", "")
        return int(value.lstrip("0")[:18] or 0) if value.isascii() and value.isdigit() else 0

    @property
    def max_age_s(self) -> float | None:
        """Cache-Control's max-age, in seconds (RFC 9111, 5.2.2.1)."""
        control = self._values.get("cache-control", "")
        match = _MAX_AGE.search(control)
        return float(match.group(1)) if match and not _NOT_REUSABLE.search(control) else None

    @property
    def retry_after_s(self) -> float | None:
        """Retry-After, in seconds from now: a number, or a date against the server's own clock (RFC 9110, 10.2.3)."""
        value = self._values.get("retry-after", "").strip()
        if _SECONDS.fullmatch(value):
            return min(float(value), _LONGEST_WAIT_S)
        until = _date(value)
        if until is None:
            return None
        now = _date(self._values.get("date", "")) or datetime.now(UTC)
        return min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT_S)


def _text(value: bytes) -> str:
    """Headers are ASCII; otherwise UTF-8 today, or latin-1 from older servers."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
