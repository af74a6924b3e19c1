"""Answers that were delivered: what the buttons under them need, and nothing that anybody wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.services.records import Delivery, QuoteRef
from ingest.corpus.bot_schema import deliveries
from ingest.corpus.database import Database


class Deliveries:
    """The table of deliveries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        scope: str,
        asker_id: str,
        quotes: Iterable[QuoteRef],
        shown: int,
        at: datetime,
        follows: int | None = None,
    ) -> int:
        """Note an answer before it is sent; its id goes into the buttons."""
        values = {"scope": scope, "asker_id": asker_id, "quotes": [list(q) for q in quotes], "shown": shown, "at": at}
        values["follows"] = follows
        with self._database.write() as connection:
            added = connection.execute(insert(deliveries).values(values).returning(deliveries.c.id))
            return int(added.scalar_one())

    def sent(self, delivery_id: int, message_ids: Sequence[int]) -> None:
        """Note the messages that the answer stands on."""
        statement = update(deliveries).where(deliveries.c.id == delivery_id)
        with self._database.write() as connection:
            connection.execute(statement.values(message_ids=list(message_ids)))

    def get(self, delivery_id: int) -> Delivery | None:
        """The delivery, or None when it is forgotten."""
        with self._database.read() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one_or_none()
        if row is None:
            return None
        quotes = tuple(QuoteRef(*quote) for quote in row.quotes)
        return Delivery(row.id, row.scope, row.asker_id, quotes, row.shown, tuple(row.message_ids), row.at, row.follows)

    def forget(self, delivery_id: int) -> None:
        with self._database.write() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.id == delivery_id))

    def forget_before(self, moment: datetime) -> int:
        """Forget what is older; gives back how many that were."""
        with self._database.write() as connection:
            return connection.execute(delete(deliveries).where(deliveries.c.at < moment)).rowcount
