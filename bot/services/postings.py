"""Which articles a message tells, so that questions in its thread are answered from them first. Knows no Discord."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.services.schema import postings
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import insert_new
from ingest.clock import Clock, utc_now

KEPT = timedelta(days=90)
"""How long a thread is known to be about an article."""


class PostingService:
    """The messages of watches and of sources whose articles are posted."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def note(self, message_id: int, scope: str, article_ids: Sequence[str]) -> None:
        """Remember what a message tells; a second time changes nothing."""
        new = insert_new(postings).values(
            message_id=str(message_id), scope=scope, articles=list(article_ids), at=self._clock()
        )
        with self._database.write(alone=False) as connection:
            connection.execute(new)

    def about(self, message_ids: Iterable[int], scopes: tuple[str, ...]) -> tuple[str, ...]:
        """The articles that these messages tell, each once; none if other guilds' watches sent them."""
        ids = [str(id_) for id_ in message_ids]
        wanted = select(postings.c.articles).where(postings.c.message_id.in_(ids), postings.c.scope.in_(scopes))
        with self._database.read() as connection:
            found = connection.execute(wanted).scalars().all() if ids else []
        return tuple(dict.fromkeys(article for articles in found for article in articles))

    def tidy(self, now: datetime) -> None:
        """Delete what is older than `KEPT`."""
        with self._database.write(alone=False) as connection:
            connection.execute(delete(postings).where(postings.c.at < now - KEPT))
