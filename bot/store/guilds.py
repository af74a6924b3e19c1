"""Guilds: their settings, and when the bot left them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.catalogue.bot_schema import deliveries, digests, guilds, model_usage, reports
from ingest.catalogue.database import Database
from ingest.catalogue.schema import subscriptions

BELONGINGS = (
    subscriptions.c.scope,
    deliveries.c.scope,
    digests.c.scope,
    reports.c.scope,
    model_usage.c.scope,
    guilds.c.id,
)
"""Where rows of a guild stand, by the column that names it."""


class Guilds:
    """The table of guilds. A guild without a row has the default settings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settings(self, guild_id: str) -> dict[str, Any]:
        """What was set, by name; unset names are left out."""
        with self._database.read() as connection:
            found = connection.execute(select(guilds.c.settings).where(guilds.c.id == guild_id)).scalar()
        return dict(found or {})

    def all_settings(self) -> dict[str, dict[str, Any]]:
        """What was set in every guild that the bot has not left."""
        with self._database.read() as connection:
            rows = connection.execute(select(guilds.c.id, guilds.c.settings).where(guilds.c.left_at.is_(None)))
            return {row.id: dict(row.settings) for row in rows}

    def change(self, guild_id: str, settings: dict[str, Any]) -> None:
        statement = upsert(guilds).values(id=guild_id, settings=settings)
        with self._database.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"settings": settings}))

    def left(self, guild_id: str, at: datetime) -> None:
        """The bot is not there any more; the first time this is told counts."""
        statement = upsert(guilds).values(id=guild_id, settings={}, left_at=at)
        unmarked = guilds.c.left_at.is_(None)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_={"left_at": at}, where=unmarked)
            )

    def joined(self, guild_id: str) -> None:
        """The bot is there (again)."""
        with self._database.write() as connection:
            connection.execute(update(guilds).where(guilds.c.id == guild_id).values(left_at=None))

    def last_alarm(self, guild_id: str) -> int:
        """The id of the last alarm that was told there; 0 before the first."""
        with self._database.read() as connection:
            return connection.execute(select(guilds.c.last_alarm).where(guilds.c.id == guild_id)).scalar() or 0

    def told_alarm(self, guild_id: str, alarm_id: int) -> None:
        statement = upsert(guilds).values(id=guild_id, settings={}, last_alarm=alarm_id)
        with self._database.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"last_alarm": alarm_id}))

    def known(self) -> set[str]:
        """Every guild of which anything is stored and that the bot is not noted to have left."""
        with self._database.read() as connection:
            gone = set(connection.execute(select(guilds.c.id).where(guilds.c.left_at.is_not(None))).scalars())
            columns = (guilds.c.id, subscriptions.c.scope, deliveries.c.scope)
            found = {value for column in columns for value in connection.execute(select(column).distinct()).scalars()}
        return {value for value in found - gone if value.isdigit()}

    def forget_left_before(self, moment: datetime) -> list[str]:
        """Delete all that belongs to guilds left before; gives back their ids. Articles stay: they belong to nobody."""
        with self._database.write() as connection:
            gone = list(connection.execute(select(guilds.c.id).where(guilds.c.left_at < moment)).scalars())
            for column in BELONGINGS:
                connection.execute(delete(column.table).where(column.in_(gone)))
        return gone
