"""What was asked and what the language model cost: counts by guild and day, and nothing of what was asked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.llm.language_model import Usage
from bot.services.records import Tally
from ingest.corpus.bot_schema import model_usage as table
from ingest.corpus.database import Database

_COUNTS = tuple(table.c[name] for name in Tally._fields)


class UsageBook:
    """The table of usage: the `Ledger` of `bot.llm.budget`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, scope: str, day: date) -> int:
        """Tokens that a scope has used on a UTC day."""
        return self.on(day, scope).tokens

    def add(self, scope: str, day: date, usage: Usage) -> None:
        """Count one answer of the model with its tokens."""
        self._count(scope, day, Tally(0, 0, 1, usage.prompt_tokens, usage.completion_tokens))

    def add_question(self, scope: str, day: date) -> None:
        """Count a question, whatever becomes of it."""
        self._count(scope, day, Tally(questions=1))

    def add_cached(self, scope: str, day: date) -> None:
        """Count an answer that was remembered."""
        self._count(scope, day, Tally(cached=1))

    def on(self, day: date, scope: str | None = None) -> Tally:
        """The counts of a UTC day, of one scope or of all."""
        return self._sum((table.c.day == day) if scope is None else (table.c.day == day) & (table.c.scope == scope))

    def since(self, day: date) -> Tally:
        """All scopes together, from a UTC day on."""
        return self._sum(table.c.day >= day)

    def by_scope(self, day: date) -> dict[str, Tally]:
        """The counts of a UTC day by scope, those that used most tokens first."""
        with self._database.read() as connection:
            rows = connection.execute(select(table.c.scope, *_COUNTS).where(table.c.day == day)).all()
        return dict(sorted(((row[0], Tally(*row[1:])) for row in rows), key=lambda item: -item[1].tokens))

    def forget_before(self, day: date) -> int:
        """Forget what is older; gives back how many rows that were."""
        with self._database.write() as connection:
            return connection.execute(delete(table).where(table.c.day < day)).rowcount

    def _count(self, scope: str, day: date, tally: Tally) -> None:
        counts = tally._asdict()
        more = {name: table.c[name] + count for name, count in counts.items()}
        statement = upsert(table).values(scope=scope, day=day, **counts)
        with self._database.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["scope", "day"], set_=more))

    def _sum(self, wanted: ColumnElement[bool]) -> Tally:
        sums = select(*(func.coalesce(func.sum(column), 0) for column in _COUNTS)).where(wanted)
        with self._database.read() as connection:
            return Tally(*map(int, connection.execute(sums).one()))
