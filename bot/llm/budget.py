"""How many tokens a guild may spend on the language model in a day. Knows neither questions nor answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from bot.llm.language_model import Usage
from ingest.models import SAMPLE_SCOPE, SHARED_SCOPE


class Ledger(Protocol):
    """Counts by scope and UTC day; `Budget` asks before and tells after each answer of a model."""

    def used(self, scope: str, day: date) -> int:
        """Tokens that a scope has used on a UTC day."""
        ...

    def add(self, scope: str, day: date, usage: Usage) -> None:
        """Count one answer of the model with its tokens."""
        ...

    def add_question(self, scope: str, day: date) -> None:
        """Count a question, whatever becomes of it."""
        ...

    def add_cached(self, scope: str, day: date) -> None:
        """Count an answer that was remembered."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """How many tokens a guild may use on a UTC day; direct messages share one budget.

    Attributes:
        tokens_per_day: 0 for no limit; what is used is counted all the same.
    """

    ledger: Ledger
    tokens_per_day: int = 0

    def is_used_up(self, scopes: Sequence[str], at: datetime) -> bool:
        """Whether the model may not be asked any more. The last answer may exceed the limit; no further one is begun.

        Args:
            scopes: what a question or an order may see; the guild among them pays.
        """
        if not self.tokens_per_day:
            return False
        return self.ledger.used(payer(scopes), utc_day(at)) >= self.tokens_per_day

    def spend(self, scopes: Sequence[str], at: datetime, usage: Usage) -> None:
        """Count what an answer of the model cost."""
        self.ledger.add(payer(scopes), utc_day(at), usage)


def payer(scopes: Sequence[str]) -> str:
    """The guild among the scopes, else the shared scope."""
    return next((scope for scope in scopes if scope not in (SHARED_SCOPE, SAMPLE_SCOPE)), SHARED_SCOPE)


def utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
