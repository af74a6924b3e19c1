"""Deletes expired data. Knows no Discord.

Answers and digests expire after 90 days, counts after a year, and a guild's data 30 days after the bot left it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, select, update

from bot.services.answers import QUOTING, AnswerService, delete_quoting
from bot.services.digests import KEPT, DigestService
from bot.services.guilds import GuildService, next_revision
from bot.services.schema import (
    deliveries,
    digests,
    guilds,
    model_usage,
    postings,
    reports,
    unanswered,
    watch_posts,
    watch_stories,
    watches,
    webhook_posts,
    webhooks,
)
from bot.services.usage import UsageService
from bot.services.webhooks import WebhookService
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import upsert
from ingest.catalogue.schema import subscriptions
from ingest.clock import Clock, utc_now

GRACE = timedelta(days=30)
"""How long a guild's data is kept in case it invites the bot back."""
COUNTED = timedelta(days=366)
"""How long the counts of questions and tokens are kept."""
BELONGINGS = (
    subscriptions.c.scope,
    deliveries.c.scope,
    digests.c.scope,
    reports.c.scope,
    model_usage.c.scope,
    watches.c.scope,
    watch_posts.c.scope,
    watch_stories.c.scope,
    postings.c.scope,
    unanswered.c.scope,
    webhooks.c.scope,
    webhook_posts.c.scope,
    guilds.c.id,
)
"""The columns that name a guild: where its rows are."""


class Tidied(Protocol):
    """Something with rows that expire."""

    def tidy(self, now: datetime) -> None:
        """Delete what has expired."""
        ...


class RetentionService:
    """Notified when the bot joins or leaves a guild; deletes expired data."""

    def __init__(
        self,
        database: Database,
        settings: GuildService,
        answers: AnswerService,
        usage: UsageService,
        digests_kept: DigestService,
        clock: Clock = utc_now,
        others: Sequence[Tidied] = (),
    ) -> None:
        self._database, self._settings, self._answers = database, settings, answers
        self._usage, self._digests, self._clock = usage, digests_kept, clock
        self._others = (*others, WebhookService(database))

    def left(self, guild_id: int) -> None:
        """The bot left this guild. Everything that belongs to it is deleted 30 days after the first such notice."""
        self.mark_left(guild_id, self._clock())

    def mark_left(self, guild_id: int, at: datetime) -> None:
        """Mark a guild as left at a given moment."""
        statement = upsert(guilds, ["id"], changed=["left_at"], where=guilds.c.left_at.is_(None))
        with self._database.write(alone=False) as connection:
            connection.execute(statement.values(id=str(guild_id), settings={}, left_at=at))

    def joined(self, guild_id: int) -> None:
        """The bot is on this guild (again). Another process may have deleted its data meanwhile."""
        with self._database.write(alone=False) as connection:
            back = update(guilds).where(guilds.c.id == str(guild_id))
            known = connection.execute(back.values(left_at=None, revision=next_revision(connection))).rowcount
        if not known:
            self._settings.forget(guild_id)

    def here(self, present: Container[int], ours: Callable[[int], bool]) -> None:
        """Mark as left every known guild that is not `present`, and the reverse: the bot or the database may have been
        down when it was removed or came back.

        Args:
            ours: whether a guild belongs to this process's shards; others are left alone.
        """
        for guild_id in map(int, self.known_guilds()):
            if ours(guild_id) and guild_id not in present:
                self.left(guild_id)
        for guild_id in self._left_guilds():
            if ours(guild_id) and guild_id in present:
                self.joined(guild_id)

    def _left_guilds(self) -> list[int]:
        with self._database.read() as connection:
            return [
                int(id_)
                for id_ in connection.execute(select(guilds.c.id).where(guilds.c.left_at.is_not(None))).scalars()
            ]

    def tidy(self) -> None:
        """Delete everything that has expired."""
        now = self._clock()
        self._answers.forget_old(now)
        self._digests.forget_before(now - KEPT)
        self._usage.forget_before((now - COUNTED).date())
        for other in self._others:
            other.tidy(now)
        self.forget_left_before(now - GRACE)

    def known_guilds(self) -> set[str]:
        """Every guild with stored data that the bot is not known to have left."""
        with self._database.read() as connection:
            gone = set(connection.execute(select(guilds.c.id).where(guilds.c.left_at.is_not(None))).scalars())
            columns = (guilds.c.id, subscriptions.c.scope, deliveries.c.scope)
            found = {value for column in columns for value in connection.execute(select(column).distinct()).scalars()}
        return {value for value in found - gone if value.isdigit()}

    def forget_left_before(self, moment: datetime) -> list[str]:
        """Delete the data of guilds left before a moment; returns their ids. Articles stay: they belong to sources."""
        with self._database.write() as connection:
            gone = list(connection.execute(select(guilds.c.id).where(guilds.c.left_at < moment)).scalars())
            for column in BELONGINGS:
                if column.table in QUOTING:
                    delete_quoting(connection, column.table, column.in_(gone))
                else:
                    connection.execute(delete(column.table).where(column.in_(gone)))
        for guild_id in gone:
            self._settings.forget(int(guild_id))
        return gone
