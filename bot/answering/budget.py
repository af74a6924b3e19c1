"""What a language model may cost: tokens a guild a day, and answers that need not be asked for twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from bot.answering.compose_model import Composed
from bot.answering.language_model import Usage
from bot.answering.models import Question
from ingest.models import SAMPLE_SCOPE, SHARED_SCOPE, Passage

REMEMBERED = 256
USED_UP = "today's budget for it is used up"


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

    def is_used_up(self, question: Question) -> bool:
        """Whether the model may not be asked any more; one answer may go beyond the limit, the next is not begun."""
        if not self.tokens_per_day:
            return False
        return self.ledger.used(payer(question), _day(question.asked_at)) >= self.tokens_per_day

    def spend(self, question: Question, usage: Usage) -> None:
        self.ledger.add(payer(question), _day(question.asked_at), usage)


def payer(question: Question) -> str:
    """The guild that a question comes from, else the shared scope."""
    return next((scope for scope in question.scopes if scope not in (SHARED_SCOPE, SAMPLE_SCOPE)), SHARED_SCOPE)


Key = tuple[Hashable, ...]


def cache_key(text: str, asked_at: datetime, passages: Sequence[Passage], language: str = "") -> Key:
    """One question on one day over the same passages, to be answered in one language; a new or changed article that
    matters brings other passages."""
    return (" ".join(text.casefold().split()), _day(asked_at), language, *(passage.chunk_id for passage in passages))


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """The model's last answers, in memory. Safe in threads."""

    size: int = REMEMBERED
    _answers: OrderedDict[Key, Composed] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Key) -> Composed | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Key, composed: Composed) -> None:
        """Remember an answer, be it that there is none; a failure may be over next time and is not kept."""
        if composed.failure:
            return
        with self._lock:
            self._answers[key] = composed
            self._answers.move_to_end(key)
            while len(self._answers) > self.size:
                self._answers.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Thrift:
    """Asks the model only where no answer is remembered and the budget allows it."""

    budget: Budget | None = None
    cache: AnswerCache = field(default_factory=AnswerCache)

    def asked(self, question: Question) -> None:
        """Count a question; to be told of each."""
        if self.budget:
            self.budget.ledger.add_question(payer(question), _day(question.asked_at))

    def allows(self, question: Question) -> bool:
        """Whether the budget lets the model be asked."""
        return self.budget is None or not self.budget.is_used_up(question)

    def spend(self, question: Question, usage: Usage) -> None:
        """Count what the model has cost."""
        if self.budget:
            self.budget.spend(question, usage)

    def composed(self, question: Question, key: Key, ask: Callable[[], Composed]) -> Composed:
        """The remembered answer, else what `ask` gives; the failure is told where the budget is used up."""
        remembered = self.cache.get(key)
        if remembered is not None:
            if self.budget:
                self.budget.ledger.add_cached(payer(question), _day(question.asked_at))
            return remembered
        if not self.allows(question):
            return Composed(failure=USED_UP)
        composed = ask()
        self.spend(question, composed.usage)
        self.cache.put(key, composed)
        return composed


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
