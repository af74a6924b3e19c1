"""How many tokens a guild may spend on the language model in a day. Knows neither questions nor answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from bot.llm.language_model import Usage
from ingest.models import SAMPLE_SCOPE, SHARED_SCOPE


class Ledger(Protocol):
    """Counts by scope and UTC day; `Budget` reads it before and writes it after each answer of a model."""

    def used(self, scope: str, day: date) -> int:
        """Tokens that a scope has used on a UTC day."""
        ...

    def add(self, scope: str, day: date, usage: Usage) -> None:
        """Count one answer of the model with its tokens."""
        ...

    def add_question(self, scope: str, day: date) -> None:
        """Count a question, whether or not it is answered."""
        ...

    def add_cached(self, scope: str, day: date) -> None:
        """Count an answer from the cache."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """How many tokens a guild may use on a UTC day; direct messages share one budget.

    Attributes:
        tokens_per_day: 0 for no limit; usage is counted all the same.
    """

    ledger: Ledger
    tokens_per_day: int = 0

    def is_used_up(self, scopes: Sequence[str], at: datetime) -> bool:
        """Whether the budget is exhausted. The last answer may exceed it; after that, the model is not asked.

        Args:
            scopes: the scopes of a question or an order; the guild among them pays.
        """
        if not self.tokens_per_day:
            return False
        return self.ledger.used(payer(scopes), utc_day(at)) >= self.tokens_per_day

    def spend(self, scopes: Sequence[str], at: datetime, usage: Usage) -> None:
        """Count the tokens of one answer."""
        self.ledger.add(payer(scopes), utc_day(at), usage)


def payer(scopes: Sequence[str]) -> str:
    """The guild among the scopes, else the shared scope."""
    return next((scope for scope in scopes if scope not in (SHARED_SCOPE, SAMPLE_SCOPE)), SHARED_SCOPE)


def utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
