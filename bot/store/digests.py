"""Digests that were given: what their pages need, what a guild was told, and which are due to be posted.

A scheduled digest is one row for its guild and due time. Whoever writes that row posts it; who dies meanwhile leaves a
lease that runs out. What was handed to Discord is marked before, so that nobody sends it again unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.corpus.bot_schema import digests
from ingest.corpus.database import Database

LEASE = timedelta(minutes=5)
"""As long as nobody else posts what somebody has begun; writing a digest takes seconds, with a model a minute."""


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
        stories, coverage: as JSON (`bot.services.digests`); None while it is not written.
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


class Digests:
    """The table of digests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, scope: str, since: datetime, until: datetime, state: State, at: datetime, **content: Any) -> int:
        """Note a digest that somebody asked for; its id goes into the buttons."""
        values = {"scope": scope, "since": since, "until": until, "state": state.value, "at": at, **content}
        with self._database.write() as connection:
            return int(connection.execute(insert(digests).values(values).returning(digests.c.id)).scalar_one())

    def claim(self, scope: str, due_at: datetime, window: tuple[datetime, datetime], now: datetime) -> int | None:
        """Take it on to post what was due; None where it is posted, given up, or somebody is at it.

        Returns:
            The digest's id. One that had been begun before comes back with its content, if it was written.
        """
        values = {"scope": scope, "due_at": due_at, "since": window[0], "until": window[1], "at": now}
        new = upsert(digests).values(**values, state=State.BEGUN.value, leased_until=now + LEASE)
        again = new.on_conflict_do_update(
            index_elements=["scope", "due_at"],
            set_={"leased_until": now + LEASE},
            where=(digests.c.state == State.BEGUN.value) & (digests.c.leased_until <= now),
        )
        with self._database.write() as connection:
            return connection.execute(again.returning(digests.c.id)).scalar_one_or_none()

    def write(self, digest_id: int, **content: Any) -> None:
        """Put a digest's content down before it is sent."""
        self._change(digest_id, **content)

    def sending(self, digest_id: int, now: datetime) -> None:
        """It is about to be handed to Discord: from now on it may stand there."""
        self._change(digest_id, sending_since=now)

    def release(self, digest_id: int, now: datetime, why: str) -> None:
        """Let it be tried again: this time it did not work."""
        self._change(digest_id, leased_until=now, why=why)

    def end(self, digest_id: int, state: State, at: datetime, why: str = "") -> None:
        """It was sent, or never will be."""
        self._change(digest_id, state=state.value, at=at, leased_until=None, why=why)

    def _change(self, digest_id: int, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(digests).where(digests.c.id == digest_id).values(values))

    def get(self, digest_id: int) -> StoredDigest | None:
        """The digest, or None when it is forgotten."""
        with self._database.read() as connection:
            row = connection.execute(select(digests).where(digests.c.id == digest_id)).one_or_none()
        return None if row is None else _stored(row)

    def scheduled(self, scope: str, limit: int) -> list[StoredDigest]:
        """What was due to a scope, the last one first."""
        wanted = select(digests).where(digests.c.scope == scope, digests.c.due_at.is_not(None))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(digests.c.due_at.desc()).limit(limit)).all()
        return [_stored(row) for row in rows]

    def sent(self, scope: str, before: datetime) -> Sequence[StoredDigest]:
        """What a scope was told before a moment, the latest first."""
        told = (digests.c.scope == scope) & (digests.c.state == State.SENT.value) & (digests.c.at < before)
        with self._database.read() as connection:
            rows = connection.execute(select(digests).where(told).order_by(digests.c.until.desc())).all()
        return [_stored(row) for row in rows]

    def forget_before(self, moment: datetime) -> int:
        """Forget what is older; gives back how many that were."""
        with self._database.write() as connection:
            return connection.execute(delete(digests).where(digests.c.at < moment)).rowcount


def _stored(row: Row[Any]) -> StoredDigest:
    return StoredDigest(
        row.id, row.scope, row.due_at, row.sending_since, State(row.state), row.at, row.since, row.until, row.stories,
        row.coverage, row.model, row.centres, row.why,
    )  # fmt: skip
