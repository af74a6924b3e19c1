"""When a source raises an alarm: when it counts as silent, failing or ended. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from ingest.errors import FailureKind

SILENT_GAPS = 4
SHORTEST_SILENCE = timedelta(days=14)
FAILING_FOR = timedelta(days=1)
FEWEST_FAILURES = 3
"""Many sites are down for an hour; a site that is down for a day hardly ever comes back."""
FEWEST_OTHERS = 3
"""If all of at least this many other sources are down, this machine is offline."""


class AlarmKind(StrEnum):
    """The reason for an alarm. `RECOVERED` ends any of the others."""

    SILENT = "silent"
    FAILING = "failing"
    ENDED = "ended"
    RECOVERED = "recovered"


def is_silent(now: datetime, newest_at: datetime, usual_gap_s: int | None) -> bool:
    """Whether a readable source has brought nothing new for much longer than usual.

    Args:
        now: when it was last read successfully; nothing is known of the time since then.
        newest_at: when it last brought something new, or was added.
        usual_gap_s: usual time between two of its articles, in seconds; None if unknown.
    """
    usual = timedelta(seconds=usual_gap_s or 0)
    return now - newest_at > max(SHORTEST_SILENCE, SILENT_GAPS * usual)


def keeps_failing(now: datetime, failing_since: datetime, failures: int) -> bool:
    """Whether this many `failures` in a row since then are more than a bad day of the server."""
    return failures >= FEWEST_FAILURES and now - failing_since >= FAILING_FOR


def may_be_ours(kind: FailureKind) -> bool:
    """Whether this failure could be caused by our own network being down."""
    return kind in (FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT)


def ends_source(kind: FailureKind) -> bool:
    """Whether a failure means that the source has ended (RFC 9110, 410 Gone)."""
    return kind is FailureKind.GONE
