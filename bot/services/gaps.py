"""Questions that had no answer, for the moderators of guilds that want to see them. Knows no Discord.

Nothing says who asked. What is stored goes after 30 days, and at once when a guild switches it off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row, delete, insert, select

from bot.render.citation import shortened
from bot.services.schema import unanswered
from bot.watch.gaps import grouped
from ingest.catalogue.database import Database
from ingest.clock import Clock, utc_now
from ingest.search.search import Search

KEPT = timedelta(days=30)
_MOST = 500
"""Questions of a guild that are kept, the newest."""
_CHARS = 200
_PERSON = re.compile(r"<@[!&]?[0-9]{1,20}>")
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same.

    Attributes:
        id: of the newest of them.
        question: the newest of them.
        count: how many there were.
        last_at: when the newest was asked.
    """

    id: int
    question: str
    count: int
    last_at: datetime


class GapService:
    """Used after each answer, and by /gaps."""

    def __init__(self, database: Database, search: Search, clock: Clock = utc_now) -> None:
        self._database, self._search, self._clock = database, search, clock

    def note(self, guild_id: int, question: str) -> None:
        """Store a question that had no answer, without the people it names."""
        text = shortened(" ".join(_PERSON.sub("…", question).split()), _CHARS)
        if not text:
            return
        new = {"scope": str(guild_id), "question": text, "at": self._clock()} | self._encoded(text)
        own = unanswered.c.scope == str(guild_id)
        newest = select(unanswered.c.id).where(own).order_by(unanswered.c.id.desc()).limit(_MOST)
        with self._database.write(alone=False) as connection:
            connection.execute(insert(unanswered).values(new))
            kept = list(connection.execute(newest).scalars())
            connection.execute(delete(unanswered).where(own, unanswered.c.id < kept[-1]))

    def of_guild(self, guild_id: int) -> Sequence[Gap]:
        """What could not be answered in the last 30 days, what was asked most often first."""
        own = (unanswered.c.scope == str(guild_id)) & (unanswered.c.at >= self._clock() - KEPT)
        with self._database.read() as connection:
            rows = connection.execute(select(unanswered).where(own).order_by(unanswered.c.id.desc())).all()
        if not rows:
            return []
        vectors = np.stack([self._vector(row) for row in rows])
        groups = grouped([row.question for row in rows], vectors, self._search.weights)
        gaps = (Gap(rows[g[0]].id, rows[g[0]].question, len(g), rows[g[0]].at) for g in groups)
        return sorted(gaps, key=lambda gap: (-gap.count, -gap.id))

    def forget(self, guild_id: int) -> None:
        """Delete all questions of a guild."""
        with self._database.write(alone=False) as connection:
            connection.execute(delete(unanswered).where(unanswered.c.scope == str(guild_id)))

    def tidy(self, now: datetime) -> None:
        """Delete what is older than `KEPT`."""
        with self._database.write(alone=False) as connection:
            connection.execute(delete(unanswered).where(unanswered.c.at < now - KEPT))

    def _encoded(self, text: str) -> dict[str, Any]:
        return {"model": self._search.model, "vector": self._search.encode(text).astype(np.float16).tobytes()}

    def _vector(self, row: Row[Any]) -> Vector:
        if row.model != self._search.model:
            return self._search.encode(row.question)
        return np.frombuffer(row.vector, dtype=np.float16).astype(np.float32)
