"""The nouns of digests, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.answering.models import Quote
from ingest.corpus.models import ArticleCard


class Label(StrEnum):
    """How a story stands to earlier digests."""

    NEW = "new"
    UPDATE = "update"
    ONGOING = "ongoing"


@dataclass(frozen=True, slots=True)
class Story:
    """One event: a headline taken from the evidence, its quotes and every article that tells of it.

    Attributes:
        summary: checked sentences, or the best quote; "" where the quotes say it all.
        score: higher is more important; comparable within one digest only.
    """

    title: str
    label: Label
    summary: str
    quotes: tuple[Quote, ...]
    articles: tuple[ArticleCard, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a digest was made from: how many sources there are, were read, failed, fell silent; articles read."""

    sources: int
    checked: int
    failed: int
    silent: int
    articles: int


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories of `[since, until)`, most important first."""

    since: datetime
    until: datetime
    stories: tuple[Story, ...]
    coverage: Coverage
