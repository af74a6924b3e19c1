"""When a source is read again. Pure: times in, times out."""

from __future__ import annotations

from datetime import datetime, timedelta

LOCAL_INTERVAL = timedelta(seconds=30)
"""Checking a file for changes is cheap, so its wait never grows beyond the usual interval."""
LONGEST_BACK_OFF = timedelta(days=1)
LONGEST_INTERVAL = timedelta(hours=12)
ENTRY_WAITS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
"""Waits between attempts at an entry with an unreadable page, which may not exist yet, or be down for days."""
SPREAD = 0.1
"""Waits vary by up to this share, so that sources that were due together spread out."""
READS_PER_GAP = 8
"""How many times a source is read in the usual time between two of its articles."""


def place_in_spread(source_id: int) -> float:
    """A number in [0, 1) far from those of neighbouring ids (golden ratio, Knuth's multiplicative hashing)."""
    return source_id * 0.6180339887498949 % 1.0


def due_after_success(
    now: datetime,
    interval: timedelta,
    *,
    local: bool,
    usual_gap_s: int | None = None,
    fresh_for_s: float | None = None,
    place: float = 0.0,
) -> datetime:
    """When to read a source again after a successful read.

    Args:
        interval: shortest time between two reads.
        usual_gap_s: usual time between two of its articles, in seconds; a rare source is read rarely.
        fresh_for_s: how long the response stays fresh (Cache-Control), in seconds; at most half a day counts.
        place: the source's own place in the spread, see `place_in_spread`.
    """
    if local:
        return now + LOCAL_INTERVAL
    learned = timedelta(seconds=(usual_gap_s or 0) / READS_PER_GAP)
    asked_for = timedelta(seconds=fresh_for_s or 0)
    return now + max(interval, min(max(learned, asked_for), LONGEST_INTERVAL)) * (1 + SPREAD * place)


def retry_of_entry(now: datetime, attempts: int) -> datetime | None:
    """When to retry an entry after `attempts` failures; None once it should be given up."""
    return now + ENTRY_WAITS[attempts - 1] if attempts <= len(ENTRY_WAITS) else None


def due_after_failure(
    now: datetime,
    interval: timedelta,
    failures: int,
    retry_after: timedelta | None,
    *,
    local: bool,
    place: float = 0.0,
) -> datetime:
    """When to retry: the wait doubles with each failure in a row, up to a day; it is never shorter than requested.

    Args:
        failures: failures in a row before this one.
        retry_after: the server's request (Retry-After).
        place: the source's own place in the spread, see `place_in_spread`.
    """
    base = LOCAL_INTERVAL if local else interval
    longest = max(interval if local else LONGEST_BACK_OFF, base)
    wait = min(base * float(2 ** min(failures, 16)), longest)
    return now + max(wait * (1 + SPREAD * place), retry_after or timedelta(0))
