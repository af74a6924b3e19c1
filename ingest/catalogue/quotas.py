"""Limits on a guild's own sources: their number, their new articles per day, and the amount of stored text.

The operator's own sources are unlimited: a source that the shared scope subscribes to counts towards no guild. A source
of several guilds counts towards each, and is read while any of them has room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from ingest.catalogue.database import Database
from ingest.catalogue.schema import articles, subscriptions
from ingest.models import SAMPLE_SCOPE, SHARED_SCOPE

DAY = timedelta(days=1)
_UNBOUNDED = frozenset({SHARED_SCOPE, SAMPLE_SCOPE})
_SHARED_SOURCES = select(subscriptions.c.source_id).where(subscriptions.c.scope.in_(sorted(_UNBOUNDED)))


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on each guild's own sources; 0 means no limit.

    Attributes:
        sources: the number of sources.
        articles_a_day: new articles within 24 hours.
        characters: total length of all stored versions of their articles.
    """

    sources: int = 0
    articles_a_day: int = 0
    characters: int = 0


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Usage:
    """Current use by a guild's own sources."""

    sources: int
    articles_today: int
    characters: int


@dataclass(slots=True)
class Room:
    """What a guild may still store; infinite without a limit."""

    articles: float
    characters: float

    def takes(self, characters: int) -> bool:
        """Whether one more new article of this length fits."""
        return self.articles >= 1 and self.characters >= characters

    def take(self, characters: int) -> None:
        """Count one more."""
        self.articles -= 1
        self.characters -= characters


class Quotas:
    """Counts the use by guilds' sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def usage(self, scope: str, now: datetime) -> Usage:
        """Current use by a guild's own sources."""
        with self._database.read() as connection:
            return usage_of(connection, scope, now)


def usage_of(connection: Connection, scope: str, now: datetime) -> Usage:
    """The same inside a transaction."""
    own = (subscriptions.c.scope == scope) & subscriptions.c.source_id.not_in(_SHARED_SOURCES)
    sources = select(func.count()).select_from(subscriptions).where(own)
    today = func.count().filter(articles.c.first_fetched_at > now - DAY)
    stored = select(today, func.coalesce(func.sum(articles.c.characters), 0)).select_from(
        articles.join(subscriptions, subscriptions.c.source_id == articles.c.source_id)
    )
    count = connection.execute(sources).scalar_one()
    articles_today, characters = connection.execute(stored.where(own)).one()
    return Usage(count, articles_today, characters)


def room_of(connection: Connection, source_ids: Iterable[int], limits: Limits, now: datetime) -> dict[int, list[Room]]:
    """For each source that only guilds subscribe to, what each of them may still store."""
    if not limits.articles_a_day and not limits.characters:
        return {}
    statement = select(subscriptions.c.source_id, subscriptions.c.scope)
    scopes: defaultdict[int, set[str]] = defaultdict(set)
    for source_id, scope in connection.execute(statement.where(subscriptions.c.source_id.in_(list(source_ids)))):
        scopes[source_id].add(scope)
    bounded = {source_id: found for source_id, found in scopes.items() if not found & _UNBOUNDED}
    rooms = {scope: _room(usage_of(connection, scope, now), limits) for scope in set().union(*bounded.values())}
    return {source_id: [rooms[scope] for scope in sorted(found)] for source_id, found in bounded.items()}


def _room(usage: Usage, limits: Limits) -> Room:
    most_articles = limits.articles_a_day or float("inf")
    most_characters = limits.characters or float("inf")
    return Room(most_articles - usage.articles_today, most_characters - usage.characters)
