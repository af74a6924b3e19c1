"""What was asked and what the language model has cost, for `/status` and `python -m bot status`. Knows no Discord."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.services.records import Tally
from bot.store.usage import UsageBook

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Spending:
    """A scope's counts of today.

    Attributes:
        left: tokens that it may still use; None without a limit.
    """

    tally: Tally
    left: int | None


@dataclass(frozen=True, slots=True)
class UsageKeeper:
    """Implements `bot.services.UsageTelling`.

    Attributes:
        model: the language model's name, "" for none.
        tokens_per_day: the budget of a guild; 0 for no limit.
    """

    book: UsageBook
    model: str
    tokens_per_day: int

    def today(self, scope: str, day: date) -> Spending:
        tally = self.book.on(day, scope)
        return Spending(tally, self._left(tally))

    def _left(self, tally: Tally) -> int | None:
        return max(self.tokens_per_day - tally.tokens, 0) if self.tokens_per_day else None

    def report(self, now: datetime) -> dict[str, Any]:
        """The object of `python -m bot status --json`."""
        day = now.date()
        scopes = ((scope, tally, self._left(tally)) for scope, tally in self.book.by_scope(day).items())
        return {
            "model": self.model or None,
            "tokens_per_day": self.tokens_per_day or None,
            "day": day.isoformat(),
            "today": self.book.on(day)._asdict(),
            "scopes": [{"scope": scope, **tally._asdict(), "tokens_left": left} for scope, tally, left in scopes],
            "last_30_days": self.book.since(day - MONTH)._asdict(),
        }


def report_lines(report: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
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
