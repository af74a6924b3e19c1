"""What the language model was used for: answers and tokens by guild and day, and nothing of what was asked."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.answering.language_model import Usage
from ingest.corpus.database import Database
from ingest.corpus.schema import model_usage


class Used(NamedTuple):
    """Answers that the model was asked for, and tokens of prompts and replies."""

    answers: int
    prompt_tokens: int
    completion_tokens: int


class UsageBook:
    """The table of usage: the `Ledger` of `bot.answering.budget`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, scope: str, day: date) -> int:
        """Tokens that a scope has used on a UTC day."""
        wanted = (model_usage.c.scope == scope) & (model_usage.c.day == day)
        total = model_usage.c.prompt_tokens + model_usage.c.completion_tokens
        with self._database.read() as connection:
            return int(connection.execute(select(total).where(wanted)).scalar() or 0)

    def add(self, scope: str, day: date, usage: Usage) -> None:
        """Count one answer of the model with its tokens."""
        counts = {
            "answers": 1,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
        }
        more = {name: model_usage.c[name] + count for name, count in counts.items()}
        statement = upsert(model_usage).values(scope=scope, day=day, **counts)
        with self._database.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["scope", "day"], set_=more))

    def since(self, day: date) -> Used:
        """All scopes together, from a UTC day on."""
        columns = (model_usage.c.answers, model_usage.c.prompt_tokens, model_usage.c.completion_tokens)
        sums = select(*(func.coalesce(func.sum(column), 0) for column in columns)).where(model_usage.c.day >= day)
        with self._database.read() as connection:
            return Used(*map(int, connection.execute(sums).one()))

    def forget_before(self, day: date) -> int:
        """Forget what is older; gives back how many rows that were."""
        with self._database.write() as connection:
            return connection.execute(delete(model_usage).where(model_usage.c.day < day)).rowcount
