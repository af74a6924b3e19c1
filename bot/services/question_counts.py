"""How many questions people and guilds asked in the last minute, in all processes together. Knows no Discord.

A sliding window out of two counts: those of this minute, and of the minute before as far as it reaches into the last 60
seconds. A question is one upsert for its asker and one for its guild, which counts it or, at the limit, does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, delete, select

from bot.services.schema import question_counts as table
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import upsert
from ingest.clock import Clock, utc_now

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One question too many.

    Attributes:
        wait_s: seconds until the next one is allowed.
        everybody: the guild's limit was reached, not the person's.
    """

    wait_s: float
    everybody: bool


class _Full(Exception):
    """Ends the transaction, so that a refused question counts for nobody."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class QuestionCounts:
    """The counts of all processes.

    Args:
        per_user: questions per minute and person.
        per_guild: questions per minute of all people of a guild together.
    """

    def __init__(self, database: Database, per_user: int, per_guild: int, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock
        self._per_user, self._per_guild = per_user, per_guild

    def spend(self, user_id: int, guild_id: int | None) -> Refusal | None:
        """Count a question, unless it is one too many.

        Raises:
            VerbatimError: the database does not answer.
        """
        now = self._clock()
        try:
            with self._database.write(alone=False) as connection:
                # Always in this order, so that no two transactions wait for each other.
                _spend(connection, f"user {user_id}", self._per_user, now, everybody=False)
                if guild_id is not None:
                    _spend(connection, f"guild {guild_id}", self._per_guild, now, everybody=True)
        except _Full as full:
            return full.refusal
        return None

    def forget_old(self) -> int:
        """Delete the counts that no longer matter; returns how many."""
        minute, _ = _minute_of(self._clock())
        with self._database.write(alone=False) as connection:
            return connection.execute(delete(table).where(table.c.minute < minute - 1)).rowcount


def _spend(connection: Connection, name: str, most: int, now: datetime, *, everybody: bool) -> None:
    minute, gone_s = _minute_of(now)
    current, previous = _counts_at(minute)
    statement = upsert(
        table,
        ["name"],
        # The clocks of two machines differ a little: who is ahead decides which minute it is.
        changed={
            "minute": case((table.c.minute > minute, table.c.minute), else_=minute),
            "current": current + 1,
            "previous": previous,
        },
        where=current + previous * ((MINUTE_S - gone_s) / MINUTE_S) < most,
    ).values(name=name, minute=minute, current=1, previous=0)
    if connection.execute(statement.returning(table.c.name)).scalar() is None:
        counts = connection.execute(select(current, previous).where(table.c.name == name)).one()
        raise _Full(Refusal(_wait_s(*counts, most, gone_s), everybody))


def _counts_at(minute: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """A row's counts, seen in this minute: of this minute, and of the one before."""
    now, just_over = table.c.minute >= minute, table.c.minute == minute - 1
    current = case((now, table.c.current), else_=0)
    return current, case((now, table.c.previous), (just_over, table.c.current), else_=0)


def _minute_of(now: datetime) -> tuple[int, float]:
    """The number of the minute since 1970, and how many seconds of it are over."""
    minute, gone_s = divmod(now.timestamp(), MINUTE_S)
    return int(minute), gone_s


def _wait_s(current: int, previous: int, most: int, gone_s: float) -> float:
    """Seconds until less than `most` lie in the window."""
    if current < most:  # enough of the minute before has to leave the window
        return max(MINUTE_S * (1 - (most - current) / previous) - gone_s, 0.0) + 0.001
    return MINUTE_S - gone_s + MINUTE_S * (1 - most / current) + 0.001
