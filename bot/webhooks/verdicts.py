"""What a receiver's response means for a message, and when it is tried again. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto

from ingest.errors import FailureKind
from ingest.fetch.post import Posted

PAUSES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1_800, 7_200, 18_000, 36_000))
"""Between the attempts at one message; after the last it is given up, 18 hours after the first."""
LONGEST = timedelta(days=1)
_SAID = 80


class Verdict(Enum):
    ARRIVED = auto()
    AGAIN = auto()
    """It did not arrive, or the receiver knows a repeat by its id."""
    UNKNOWN = auto()
    """It may have arrived, and a repeat would be a second message."""
    REFUSED = auto()
    """Trying again would not help."""
    GONE = auto()
    """There is no such address any more."""


_GONE, _RATE_LIMITED, _TIMEOUT = (404, 410), 429, 408
_FINAL = frozenset({FailureKind.ADDRESS_REFUSED, FailureKind.BAD_URL})


def verdict(posted: Posted, *, drops_repeats: bool) -> Verdict:
    """What to do about a message.

    Args:
        drops_repeats: whether the receiver can tell a repeated message.
    """
    if posted.kind is not None:
        if posted.kind in _FINAL:
            return Verdict.REFUSED
        return Verdict.UNKNOWN if posted.may_have_arrived and not drops_repeats else Verdict.AGAIN
    if 200 <= posted.status < 300:
        return Verdict.ARRIVED
    if posted.status in _GONE:
        return Verdict.GONE
    passing = posted.status in (_RATE_LIMITED, _TIMEOUT) or posted.status >= 500
    return Verdict.AGAIN if passing else Verdict.REFUSED


def pause_after(posted: Posted, failures: int) -> timedelta | None:
    """How long to wait after so many failures (from 1), as long as the receiver wishes at least; None: give up."""
    if failures > len(PAUSES):
        return None
    wish = timedelta(seconds=posted.retry_after_s or 0)
    return min(max(PAUSES[failures - 1], wish), LONGEST)


def why(posted: Posted) -> str:
    """The response in words, without anything of the address."""
    if posted.kind is not None:
        return posted.why or posted.kind.value
    if 300 <= posted.status < 400:
        return f"HTTP {posted.status}: it redirects, and redirects are not followed"
    said = " ".join(posted.said.split())
    return f"HTTP {posted.status}" + (f": {said[:_SAID]}" if said.isprintable() and said else "")
