"""When a source raises an alarm: what counts as silent, as failing for good, as ended. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from ingest.errors import FailureKind

SILENT_GAPS = 4
SHORTEST_SILENCE = timedelta(days=14)
FAILING_FOR = timedelta(days=1)
FEWEST_FAILURES = 3
"""Many sites are away for an hour, and hardly any that comes back is away for a day."""
FEWEST_OTHERS = 3
"""When all sources are away and these are so many others, it is this machine that is cut off."""


class AlarmKind(StrEnum):
    """Why a source raised an alarm. `RECOVERED` ends any of the others."""

    SILENT = "silent"
    FAILING = "failing"
    ENDED = "ended"
    RECOVERED = "recovered"


def is_silent(now: datetime, newest_at: datetime, usual_gap_s: int | None) -> bool:
    """Whether a source that is read well has brought nothing for much longer than it usually takes.

    Args:
        now: when it was last read well; nothing is known of the time since then.
        newest_at: when it last brought something new, or was added.
        usual_gap_s: time that usually passes between two of its articles, in seconds; None where it is not known.
    """
    usual = timedelta(seconds=usual_gap_s or 0)
    return now - newest_at > max(SHORTEST_SILENCE, SILENT_GAPS * usual)


def keeps_failing(now: datetime, failing_since: datetime, failures: int) -> bool:
    """Whether the `failures` in a row since then are more than a bad day of its server."""
    return failures >= FEWEST_FAILURES and now - failing_since >= FAILING_FOR


def may_be_ours(kind: FailureKind) -> bool:
    """Whether this failure could be caused by our own network being down."""
    return kind in (FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT)


def ends_source(kind: FailureKind) -> bool:
    """Whether a failure says that there will never be anything again (RFC 9110, 410 Gone)."""
    return kind is FailureKind.GONE
