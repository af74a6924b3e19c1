"""A digest as a row of its table: ids, offsets and headlines, but no text of an article.

The rows of digests that were sent are also the record of what was reported to a guild.
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
from bot.digest.writing.memory import ReportedStory
from bot.services.schema import digests
from ingest.catalogue.database import Database

Json = dict[str, Any]


class State(StrEnum):
    """The state of a digest."""

    BEGUN = "begun"
    SHOWN = "shown"
    """Shown to one person only."""
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """Sent to Discord, but it cannot be known whether it arrived; it is not sent a second time."""


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A row: a digest without the text of its articles.

    Attributes:
        due_at: when it was to be posted; None for the answer to a command.
        sending_since: when sending began; only the state SENT means that it arrived.
        at: when it was started, later when it was sent or abandoned.
        stories, coverage: as JSON (`content_of`); None until it is written.
        centres: the stories' centres in half precision, concatenated, computed by `model`.
        why: the last error.
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

    def reported(self, scope: str, before: datetime) -> list[ReportedStory]:
        return [story for stored in self._sent(scope, before) for story in self._told(stored)]

    def _told(self, stored: StoredDigest) -> list[ReportedStory]:
        stories = stored.stories or []
        rows = np.frombuffer(stored.centres, dtype=np.float16).astype(np.float32)
        known = stored.model == self._model and len(rows)
        centres = list(rows.reshape(len(stories), -1)) if known else [None] * len(stories)
        return [
            ReportedStory(story["title"], stored.until, frozenset(story["articles"]), centre)
            for story, centre in zip(stories, centres, strict=True)
        ]

    def _sent(self, scope: str, before: datetime) -> Sequence[StoredDigest]:
        """What was reported to a scope before a moment, the latest first."""
        sent = (digests.c.scope == scope) & (digests.c.state == State.SENT.value) & (digests.c.at < before)
        with self._database.read() as connection:
            rows = connection.execute(select(digests).where(sent).order_by(digests.c.until.desc())).all()
        return [stored_digest(row) for row in rows]


def stored_digest(row: Row[Any]) -> StoredDigest:
    return StoredDigest(
        row.id, row.scope, row.due_at, row.sending_since, State(row.state), row.at, row.since, row.until, row.stories,
        row.coverage, row.model, row.centres, row.why,
    )  # fmt: skip


def content_of(digest: Digest, model: str) -> Json:
    """The columns with the content of a digest."""
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
    """The inverse of `content_of` for a coverage; counts may be missing in older rows."""
    left_out = LeftOut(**stored.get("left_out", {}))
    counts = {name: stored.get(name, 0) for name in ("sources", "checked", "failed", "silent", "articles")}
    return replace(Coverage(**counts), left_out=left_out)
