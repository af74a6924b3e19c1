"""A digest as a row of its table: ids, offsets and headlines, and not a word that an article could still change.

The rows of digests that were sent are also a guild's memory of what it was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import Row, select

from bot.digest.models import Coverage, Digest, LeftOut, Story
from bot.digest.writing.memory import ToldStory
from bot.services.schema import digests
from ingest.catalogue.database import Database

Json = dict[str, Any]


class State(StrEnum):
    """Where a digest is on its way."""

    BEGUN = "begun"
    SHOWN = "shown"
    """To one person alone: nobody else was told."""
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """Handed to Discord, and nobody can know what became of it; it is not sent a second time."""


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A row: a digest without a word that an article could still change.

    Attributes:
        due_at: when it was to be posted; None for one that somebody asked for.
        sending_since: when it was handed to Discord; that it arrived is known of one that was sent alone.
        at: when it was begun, then when it was sent or given up.
        stories, coverage: as JSON (`content_of`); None while it is not written.
        centres: the stories' centres, half precision, one after the other, made by `model`.
        why: what went wrong with it last.
    """

    id: int
    scope: str
    due_at: datetime | None
    sending_since: datetime | None
    state: State
    at: datetime
    since: datetime
    until: datetime
    stories: list[dict[str, Any]] | None
    coverage: dict[str, Any] | None
    model: str
    centres: bytes
    why: str


class DigestArchive:
    """Implements `bot.digest.writing.memory.Archive`. `model`: whose vectors can be compared."""

    def __init__(self, database: Database, model: str) -> None:
        self._database, self._model = database, model

    def told(self, scope: str, before: datetime) -> list[ToldStory]:
        return [story for stored in self._sent(scope, before) for story in self._told(stored)]

    def _told(self, stored: StoredDigest) -> list[ToldStory]:
        stories = stored.stories or []
        rows = np.frombuffer(stored.centres, dtype=np.float16).astype(np.float32)
        known = stored.model == self._model and len(rows)
        centres = list(rows.reshape(len(stories), -1)) if known else [None] * len(stories)
        return [
            ToldStory(story["title"], stored.until, frozenset(story["articles"]), centre)
            for story, centre in zip(stories, centres, strict=True)
        ]

    def _sent(self, scope: str, before: datetime) -> Sequence[StoredDigest]:
        """What a scope was told before a moment, the latest first."""
        told = (digests.c.scope == scope) & (digests.c.state == State.SENT.value) & (digests.c.at < before)
        with self._database.read() as connection:
            rows = connection.execute(select(digests).where(told).order_by(digests.c.until.desc())).all()
        return [stored_digest(row) for row in rows]


def stored_digest(row: Row[Any]) -> StoredDigest:
    return StoredDigest(
        row.id, row.scope, row.due_at, row.sending_since, State(row.state), row.at, row.since, row.until, row.stories,
        row.coverage, row.model, row.centres, row.why,
    )  # fmt: skip


def content_of(digest: Digest, model: str) -> Json:
    """The columns that hold what a digest says."""
    centres: Sequence[Any] = [story.centre for story in digest.stories]
    known = bool(centres) and all(centre is not None for centre in centres)
    return {
        "stories": [_told(story) for story in digest.stories],
        "coverage": asdict(digest.coverage),
        "model": model if known else "",
        "centres": np.stack(centres).astype(np.float16).tobytes() if known else b"",
    }


def _told(story: Story) -> Json:
    return {
        "title": story.title,
        "label": story.label.value,
        "summary": story.summary,
        "score": story.score,
        "told_at": story.told_at.isoformat() if story.told_at else None,
        "quotes": [[q.n, q.article.id, q.article.version, q.start, q.end] for q in story.quotes],
        "articles": [card.id for card in story.articles],
    }


def coverage_of(stored: Json) -> Coverage:
    """The inverse of what `content_of` made of a coverage; counts of older rows may be missing."""
    left_out = LeftOut(**stored.get("left_out", {}))
    counts = {name: stored.get(name, 0) for name in ("sources", "checked", "failed", "silent", "articles")}
    return replace(Coverage(**counts), left_out=left_out)
