"""What a message to a webhook tells. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.digest.models import Digest, Story


@dataclass(frozen=True, slots=True)
class DigestNews:
    """A digest; `at`: when it was due."""

    digest: Digest
    at: datetime


@dataclass(frozen=True, slots=True)
class WatchNews:
    """What a watch found; `kind` and `text`: what it waits for."""

    watch_id: int
    kind: str
    text: str
    stories: tuple[Story, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class TestNews:
    """That the webhook works, for the operator who wants to know."""

    __test__ = False  # no test, whatever pytest thinks of its name
    at: datetime


News = DigestNews | WatchNews | TestNews
TEST = "This is a test of Verbatim: digests and what watches find will come here."
