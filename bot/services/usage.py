"""Counts of questions and of the language model's tokens, for /status and `python -m bot status`. Knows no Discord."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Insert, delete, func, select

from bot.llm.language_model import Usage
from bot.services.records import Tally
from bot.services.schema import model_usage as table
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import upsert
from ingest.errors import CatalogueError

log = logging.getLogger(__name__)

MONTH = timedelta(days=30)
TOGETHER_S = 1.0
"""Longest time that a counted question is not yet in the database."""
_COUNTS = tuple(table.c[name] for name in Tally._fields)


@dataclass(frozen=True, slots=True)
class Spending:
    """A scope's counts for today.

    Attributes:
        left: tokens left in its budget; None without a limit.
    """

    tally: Tally
    left: int | None


class UsageService:
    """Counts by guild and UTC day: the `Ledger` of `bot.llm.budget`, and what `/status` shows of it.

    Args:
        model: the language model's name, "" for none.
        tokens_per_day: the budget of a guild; 0 for no limit.
    """

    def __init__(self, database: Database, model: str = "", tokens_per_day: int = 0) -> None:
        self._database, self.model, self.tokens_per_day = database, model, tokens_per_day
        self._questions: Counter[tuple[str, date]] = Counter()
        self._lock = threading.Lock()
        self._writing: threading.Timer | None = None

    def today(self, scope: str, day: date) -> Spending:
        """A scope's questions and tokens on a UTC day, and what is left of its budget."""
        tally = self.on(day, scope)
        return Spending(tally, self._left(tally))

    def _left(self, tally: Tally) -> int | None:
        return max(self.tokens_per_day - tally.tokens, 0) if self.tokens_per_day else None

    def report(self, now: datetime) -> dict[str, Any]:
        """The object of `python -m bot status --json`."""
        day = now.date()
        scopes = ((scope, tally, self._left(tally)) for scope, tally in self.by_scope(day).items())
        return {
            "model": self.model or None,
            "tokens_per_day": self.tokens_per_day or None,
            "day": day.isoformat(),
            "today": self.on(day)._asdict(),
            "scopes": [{"scope": scope, **tally._asdict(), "tokens_left": left} for scope, tally, left in scopes],
            "last_30_days": self.since(day - MONTH)._asdict(),
        }

    def used(self, scope: str, day: date) -> int:
        """Tokens that a scope has used on a UTC day."""
        return self.on(day, scope).tokens

    def add(self, scope: str, day: date, usage: Usage) -> None:
        """Count one answer of the model with its tokens."""
        self._count(scope, day, Tally(0, 0, 1, usage.prompt_tokens, usage.completion_tokens))

    def add_question(self, scope: str, day: date) -> None:
        """Count a question, whether or not it is answered.

        Questions are written together, within `TOGETHER_S`: a transaction for each was a tenth of an answer's work. A
        process that is killed loses so much of a count.
        """
        with self._lock:
            self._questions[scope, day] += 1
            if self._writing is None:
                self._writing = threading.Timer(TOGETHER_S, self.write_what_is_left)
                self._writing.daemon = True
                self._writing.start()

    def flush(self) -> None:
        """Write the questions that were counted since.

        Raises:
            CatalogueError: they cannot be written now, and stay counted.
        """
        with self._lock:
            counted, self._questions = self._questions, Counter()
            if self._writing is not None:
                self._writing.cancel()
                self._writing = None
        try:
            if counted:
                with self._database.write(alone=False) as connection:
                    for (scope, day), number in counted.items():
                        connection.execute(_counting(scope, day, Tally(questions=number)))
        except CatalogueError:
            with self._lock:
                self._questions.update(counted)
            raise

    def write_what_is_left(self) -> None:
        """`flush`; a database that is away is logged: the counts are kept for the next time."""
        try:
            self.flush()
        except CatalogueError as error:
            log.warning("questions are counted later: %s", error)

    def add_cached(self, scope: str, day: date) -> None:
        """Count an answer from the cache."""
        self._count(scope, day, Tally(cached=1))

    def on(self, day: date, scope: str | None = None) -> Tally:
        """The counts of a UTC day, for one scope or for all."""
        self.flush()
        return self._sum((table.c.day == day) if scope is None else (table.c.day == day) & (table.c.scope == scope))

    def since(self, day: date) -> Tally:
        """The counts of all scopes together since a UTC day."""
        self.flush()
        return self._sum(table.c.day >= day)

    def by_scope(self, day: date) -> dict[str, Tally]:
        """The counts of a UTC day by scope, most tokens first."""
        self.flush()
        with self._database.read() as connection:
            rows = connection.execute(select(table.c.scope, *_COUNTS).where(table.c.day == day)).all()
        return dict(sorted(((row[0], Tally(*row[1:])) for row in rows), key=lambda item: -item[1].tokens))

    def forget_before(self, day: date) -> int:
        """Delete older rows; returns how many."""
        with self._database.write(alone=False) as connection:
            return connection.execute(delete(table).where(table.c.day < day)).rowcount

    def _count(self, scope: str, day: date, tally: Tally) -> None:
        with self._database.write(alone=False) as connection:
            connection.execute(_counting(scope, day, tally))

    def _sum(self, wanted: ColumnElement[bool]) -> Tally:
        sums = select(*(func.coalesce(func.sum(column), 0) for column in _COUNTS)).where(wanted)
        with self._database.read() as connection:
            return Tally(*map(int, connection.execute(sums).one()))


def _counting(scope: str, day: date, tally: Tally) -> Insert:
    """A statement that adds a tally to what is counted."""
    counts = tally._asdict()
    more = {name: table.c[name] + count for name, count in counts.items()}
    return upsert(table, ["scope", "day"], changed=more).values(scope=scope, day=day, **counts)


def report_lines(report: dict[str, Any]) -> Iterator[str]:
    """The lines of `python -m bot status`."""
    limit = report["tokens_per_day"]
    yield f"model     {report['model'] or 'none, quotes only'}" + (f", {limit:,} tokens a guild a day" if limit else "")
    yield f"today     {_counts(Tally(**report['today']))} ({report['day']}, UTC)"
    for one in report["scopes"]:
        left = "" if one["tokens_left"] is None else f", {one['tokens_left']:,} tokens left"
        yield f"  {one['scope']}: {_counts(Tally(**{name: one[name] for name in Tally._fields}))}{left}"
    yield f"30 days   {_counts(Tally(**report['last_30_days']))}"


def _counts(tally: Tally) -> str:
    asked = f"{tally.questions:,} questions, the model asked {tally.answers:,} times"
    return f"{asked}, {tally.cached:,} remembered, {tally.tokens:,} tokens"
