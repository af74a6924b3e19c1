"""What to do with an article that was read: pure decisions, no effects."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Self


class Decision(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FORGOTTEN = "forgotten"
    COPY = "copy"


class Fingerprint(str):
    """SHA-256 over everything a reader would see change."""

    @classmethod
    def of(cls, title: str, source: str, author: str | None, published_at: datetime | None, text: str) -> Self:
        parts = (title, source, author or "", published_at.isoformat() if published_at else "", text)
        return cls(hashlib.sha256("\x1f".join(parts).encode()).hexdigest())


def decide(known: str | None, found: Fingerprint, *, forgotten: bool = False, copy: bool = False) -> Decision:
    """Compare what is stored (its fingerprint, None when nothing is) with what was found.

    Args:
        copy: the same text is stored under another key.
    """
    if forgotten:
        return Decision.FORGOTTEN
    if known is None:
        return Decision.COPY if copy else Decision.NEW
    return Decision.SAME if known == found else Decision.CHANGED
