"""The model's last answers, and whether it may be asked at all. In memory; safe in threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import LRUCache

from bot.answering.composing.compose_model import Composed
from bot.answering.models import Question
from bot.llm.budget import Budget, payer, utc_day
from bot.llm.language_model import Usage
from bot.translation import N_
from ingest.models import Passage

REMEMBERED = 256
USED_UP = N_("today's budget for it is used up")

Key = tuple[Hashable, ...]


def cache_key(text: str, asked_at: datetime, passages: Sequence[Passage], language: str = "") -> Key:
    """One question on one day over the same passages, to be answered in one language; a new or changed article that
    matters brings other passages."""
    return (" ".join(text.casefold().split()), utc_day(asked_at), language, *(passage.chunk_id for passage in passages))


class AnswerCache:
    """The model's last answers, in memory. Safe in threads."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._answers: LRUCache[Key, Composed] = LRUCache(size)
        self._lock = threading.Lock()

    def get(self, key: Key) -> Composed | None:
        with self._lock:
            return self._answers.get(key)

    def put(self, key: Key, composed: Composed) -> None:
        """Remember an answer, including "nothing found"; failures are not kept, because the next try may succeed."""
        if not composed.failure:
            with self._lock, suppress(ValueError):  # a cache of size 0 keeps nothing
                self._answers[key] = composed


@dataclass(frozen=True, slots=True)
class ModelGate:
    """Asks the model only where no answer is remembered and the budget allows it."""

    budget: Budget | None = None
    cache: AnswerCache = field(default_factory=AnswerCache)

    def asked(self, question: Question) -> None:
        """Count a question. Call it for each one."""
        if self.budget:
            self.budget.ledger.add_question(payer(question.scopes), utc_day(question.asked_at))

    def allows(self, question: Question) -> bool:
        """Whether the budget lets the model be asked."""
        return self.budget is None or not self.budget.is_used_up(question.scopes, question.asked_at)

    def spend(self, question: Question, usage: Usage) -> None:
        """Count what the model has cost."""
        if self.budget:
            self.budget.spend(question.scopes, question.asked_at, usage)

    def composed(self, question: Question, key: Key, ask: Callable[[], Composed]) -> Composed:
        """The remembered answer, else what `ask` returns; fails with `USED_UP` when the budget is exhausted."""
        remembered = self.cache.get(key)
        if remembered is not None:
            if self.budget:
                self.budget.ledger.add_cached(payer(question.scopes), utc_day(question.asked_at))
            return remembered
        if not self.allows(question):
            return Composed(failure=USED_UP)
        composed = ask()
        self.spend(question, composed.usage)
        self.cache.put(key, composed)
        return composed
