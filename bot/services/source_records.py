"""What /source and /status show of sources, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingest.catalogue.quotas import Limits, Usage


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source as a scope sees it.

    Attributes:
        address: "" for files of the operator.
        kind: `feed` or `page` (shared ones may be files too).
        health: one phrase, "well" or what is wrong.
        shared: it comes with the bot: a guild cannot remove it.
        failing: the last read failed.
        advice: what the people of a server can do about it; "" if all is well or the source is not theirs.
        checked_at: the last read; None before the first.
        new_item_at: the last read that found something new.
    """

    id: int
    address: str
    title: str
    kind: str
    articles: int
    health: str
    shared: bool
    failing: bool = False
    advice: str = ""
    checked_at: datetime | None = None
    new_item_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a server's own sources use, and their limits."""

    usage: Usage
    limits: Limits


@dataclass(frozen=True, slots=True)
class CorpusStatus:
    """How the corpus is doing, for some scopes or for all.

    Attributes:
        failing: how many of the sources could not be read the last time.
        backlog: chunks that wait to be indexed, of all scopes: found by their words only so far.
        waiting_since: when the article that waits longest was fetched; None if none waits.
    """

    sources: int
    failing: int
    articles: int
    newest_article_at: datetime | None
    backlog: int
    waiting_since: datetime | None = None
