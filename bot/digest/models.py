"""The nouns of digests, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from bot.answering.models import Quote
from ingest.models import ArticleCard


class Label(StrEnum):
    """How a story relates to earlier digests."""

    NEW = "new"
    UPDATE = "update"
    ONGOING = "ongoing"


@dataclass(frozen=True, slots=True)
class Order:
    """What a digest should cover.

    Attributes:
        since, until: the window `[since, until)`.
        scopes: whose sources are read; the first one's earlier digests count as known.
        topic: only stories about this.
        interests: subjects whose stories rank higher.
    """

    since: datetime
    until: datetime
    scopes: tuple[str, ...]
    topic: str | None = None
    interests: tuple[str, ...] = ()

    @classmethod
    def of_days(cls, days: int, until: datetime, scopes: tuple[str, ...], topic: str | None = None) -> Order:
        """The `days` x 24 hours before `until`."""
        return cls(until - timedelta(days=days), until, scopes, topic)


@dataclass(frozen=True, slots=True)
class Story:
    """One event: a headline taken from the evidence, its quotes and every article that reports it.

    Attributes:
        summary: checked sentences, or the best quote; "" where the quotes say it all.
        score: higher is more important; comparable within one digest only.
        told_at: when it was last reported to these readers; None if it was not.
        centre: (d,) unit vector of what it is about; None if the digest comes from the store.
    """

    title: str
    label: Label
    summary: str
    quotes: tuple[Quote, ...]
    articles: tuple[ArticleCard, ...]
    score: float
    told_at: datetime | None = None
    centre: npt.NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Articles that were read and are in no story, by reason.

    Attributes:
        advertisement: paid for.
        housekeeping: nothing but lines about the newsletter, lists of links and the like.
        off_topic: outside the topic that was asked for.
        beyond: in stories that are too small, or in remarks.
    """

    advertisement: int = 0
    housekeeping: int = 0
    off_topic: int = 0
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a digest was made from: how many sources there are, were read, failed, fell silent; articles read, and why
    some are in no story."""

    sources: int
    checked: int
    failed: int
    silent: int
    articles: int
    left_out: LeftOut = LeftOut()


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories of `[since, until)`, most important first."""

    since: datetime
    until: datetime
    stories: tuple[Story, ...]
    coverage: Coverage

    @property
    def first_and_last(self) -> tuple[datetime, datetime]:
        """Moments on the first and the last day that it covers.

        A window that begins at the last moment of a day (seven days before the end of a day) covers the next day.
        """
        return self.since + timedelta(seconds=1), self.until - timedelta(microseconds=1)
