"""When a source is read again: pure. Times come in and go out."""

from __future__ import annotations

from datetime import datetime, timedelta

LOCAL_INTERVAL = timedelta(seconds=30)
"""Looking whether a file's bytes changed costs little, so its wait never grows beyond a usual interval either."""
LONGEST_BACK_OFF = timedelta(days=1)
LONGEST_INTERVAL = timedelta(hours=12)
READS_PER_GAP = 8
"""A source is looked at this often in the time that usually passes between two of its articles."""


def due_after_success(
    now: datetime, interval: timedelta, *, local: bool, usual_gap_s: int | None = None, fresh_for_s: float | None = None
) -> datetime:
    """The next read of a source that was read well.

    Args:
        interval: shortest time between two reads.
        usual_gap_s: time that usually passes between two of its articles, in seconds; a rare source is read rarely.
        fresh_for_s: how long the server says that nothing changes (Cache-Control), in seconds; half a day at most.
    """
    if local:
        return now + LOCAL_INTERVAL
    learned = timedelta(seconds=(usual_gap_s or 0) / READS_PER_GAP)
    asked_for = timedelta(seconds=fresh_for_s or 0)
    return now + max(interval, min(max(learned, asked_for), LONGEST_INTERVAL))


def due_after_failure(
    now: datetime, interval: timedelta, failures: int, retry_after: timedelta | None, *, local: bool
) -> datetime:
    """The next try: twice as late after each failure in a row, a day at most; never before what the server asked for.

    Args:
        failures: failures in a row before this one.
        retry_after: the server's own wish (Retry-After).
    """
    base = LOCAL_INTERVAL if local else interval
    longest = max(interval if local else LONGEST_BACK_OFF, base)
    wait = min(base * float(2 ** min(failures, 16)), longest)
    return now + max(wait, retry_after or timedelta(0))
