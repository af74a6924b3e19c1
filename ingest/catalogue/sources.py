"""Sources: subscriptions, health, and notes on their entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, exists, func, insert, or_, select, true, update

from ingest.catalogue import schema
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import in_keys, insert_new
from ingest.catalogue.read_results import note_failure, note_successes
from ingest.catalogue.schema import items, sources, subscriptions
from ingest.errors import NotFoundError, SourceError
from ingest.sources.models import (
    EntryEvent,
    EntryNote,
    FileOverrides,
    SeenEntries,
    Source,
    SourceKind,
    Success,
)

CLOCK_ERROR = timedelta(days=1)
"""A time further ahead than this must come from a wrong clock."""
_SUBSCRIBED = exists().where(subscriptions.c.source_id == sources.c.id)
_BY_ID = select(sources).where(in_keys(sources.c.id, "ids"), _SUBSCRIBED)
_SEEN = select(items.c.key, items.c.url, items.c.title, items.c.digest).where(
    items.c.source_id == bindparam("source"), items.c.retry_at.is_(None) | (items.c.retry_at > bindparam("now"))
)
_READ_ANEW: dict[str, Any] = {"etag": None, "last_modified": None, "content_sha256": None}
"""Clears the validators, so that a source cannot answer that nothing has changed."""
_NO_FAILURE: dict[str, Any] = {"failures": 0, "failing_since": None, "failure_kind": None, "failure_why": None}


class Sources:
    """The table of sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, address: str, kind: SourceKind, given: FileOverrides, scope: str, now: datetime) -> bool:
        """Register an address and subscribe `scope` to it.

        A new source is due at once, and so is one that had lost its last subscription.

        Returns:
            Whether this scope did not have it before.
        """
        values = {k: getattr(given, k) for k in FileOverrides.__slots__ if getattr(given, k) is not None}
        row = {"address": address, "kind": kind.value, "given": values, "added_at": now, "due_at": now}
        with self._database.write() as connection:
            known = connection.execute(select(sources).where(sources.c.address == address)).one_or_none()
            if known is None:
                source_id = connection.execute(insert(sources).values(row).returning(sources.c.id)).scalar_one()
            else:
                source_id = known.id
                again: dict[str, Any] = {"kind": kind.value, "given": {**known.given, **values}}
                if again != {"kind": known.kind, "given": known.given}:
                    again |= _READ_ANEW | {"due_at": now}
                if connection.execute(select(~_SUBSCRIBED).where(sources.c.id == source_id)).scalar_one():
                    again |= _READ_ANEW | _NO_FAILURE | {"due_at": now, "enabled": True, "unseen_since": None}
                connection.execute(update(sources).where(sources.c.id == source_id).values(again))
            statement = insert_new(subscriptions).values(source_id=source_id, scope=scope)
            return connection.execute(statement.returning(subscriptions.c.scope)).first() is not None

    def all(self, scopes: Iterable[str] | None = None) -> list[Source]:
        """The sources that any of `scopes` (None: any scope) subscribes to, in the order they were added."""
        statement = select(sources).where(_SUBSCRIBED).order_by(sources.c.id)
        if scopes is not None:
            subscribed = select(subscriptions.c.source_id).where(subscriptions.c.scope.in_(tuple(scopes)))
            statement = statement.where(sources.c.id.in_(subscribed))
        with self._database.read() as connection:
            return [_source(row) for row in connection.execute(statement)]

    def due(self, now: datetime, *, local_too: bool = False, everything: bool = False) -> dict[int, datetime | None]:
        """Ids of enabled, subscribed sources that are due, longest overdue first, each with the time of its last read.

        A source with a last read in the future (the clock was wrong) is due.

        Args:
            local_too: files and folders count as due.
            everything: all count as due.
        """
        wanted: ColumnElement[bool] = (sources.c.due_at <= now) | (sources.c.checked_at > now + CLOCK_ERROR)
        if local_too:
            wanted |= sources.c.kind.in_([kind.value for kind in SourceKind if kind.is_local])
        if everything:
            wanted = true()
        statement = select(sources.c.id, sources.c.checked_at).where(sources.c.enabled, _SUBSCRIBED, wanted)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(sources.c.due_at, sources.c.id))
            return {source_id: at for source_id, at in rows}

    def load(self, ids: Sequence[int]) -> list[Source]:
        """The sources among these that have a subscription, in the order of the ids."""
        with self._database.read() as connection:
            found = {row.id: _source(row) for row in connection.execute(_BY_ID, {"ids": ids})}
        return [found[id_] for id_ in ids if id_ in found]

    def get(self, address: str) -> Source:
        """The source at this address.

        Raises:
            NotFoundError: there is none with a subscription.
        """
        source = self.find(address)
        if source is None:
            hint = "See `python -m ingest sources` for what is there."
            raise NotFoundError("no such source", address, "it is not registered", hint=hint)
        return source

    def find(self, address: str) -> Source | None:
        """The source at this address, or None if there is none with a subscription."""
        statement = select(sources).where(sources.c.address == address, _SUBSCRIBED)
        with self._database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _source(row)

    def subscribed_scopes(self) -> dict[int, list[str]]:
        """The scopes that subscribe to each source, by source id."""
        scopes: defaultdict[int, list[str]] = defaultdict(list)
        statement = select(subscriptions.c.source_id, subscriptions.c.scope).order_by(subscriptions.c.scope)
        with self._database.read() as connection:
            for source_id, scope in connection.execute(statement):
                scopes[source_id].append(scope)
        return dict(scopes)

    def unsubscribe(self, source: Source, scope: str | None) -> None:
        """Unsubscribe one scope, or all. The articles are hidden there at once but stay stored."""
        statement = delete(subscriptions).where(subscriptions.c.source_id == source.id)
        if scope is not None:
            statement = statement.where(subscriptions.c.scope == scope)
        with self._database.write() as connection:
            connection.execute(statement)

    def set_enabled(self, source: Source, enabled: bool) -> None:
        self._update(source, enabled=enabled)

    def refresh(self, source: Source, now: datetime) -> None:
        """Make it due now, to be read in full even if nothing has changed; failed entries are retried."""
        in_vain = (items.c.source_id == source.id) & (items.c.attempts > 0)
        with self._database.write() as connection:
            connection.execute(update(items).where(in_vain).values(attempts=0, retry_at=now))
            values = {"due_at": now, "retry_at": now, **_READ_ANEW}
            connection.execute(update(sources).where(sources.c.id == source.id).values(values))

    def record_success(self, source: Source, success: Success) -> None:
        """Record a successful read. A source cannot move to another source's address."""
        with self._database.write() as connection:
            note_successes(connection, [(source, success)])

    def record_failure(self, source: Source, error: SourceError, now: datetime, due_at: datetime) -> None:
        """Record a failed read: its kind, its cause and its next attempt, if the failure does not end the source."""
        with self._database.write() as connection:
            note_failure(connection, source, error, now, due_at)

    def seen(self, source: Source, now: datetime) -> SeenEntries:
        """Entries seen in earlier reads of this source, except those due for a retry."""
        with self._database.read() as connection:
            rows = connection.execute(_SEEN, {"source": source.id, "now": now}).all()
        return SeenEntries(
            {row.key: row.digest for row in rows}, {(row.url, row.title): row.key for row in rows if row.url}
        )

    def history(self, names: Sequence[str]) -> list[EntryEvent]:
        """Notes on the entries with one of these addresses, keys or article ids, oldest first."""
        matches = [column.in_(names) for column in (items.c.url, items.c.key, items.c.article_id)]
        statement = (
            select(items, sources.c.address)
            .join(sources, sources.c.id == items.c.source_id)
            .where(or_(*matches))
            .order_by(items.c.at)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [EntryEvent(row.at, row.address, _item(row)) for row in rows]

    def article_counts(self) -> dict[int, int]:
        """How many articles each source has published, by source id."""
        statement = select(schema.yields.c.source_id, func.count()).group_by(schema.yields.c.source_id)
        with self._database.read() as connection:
            return {source_id: count for source_id, count in connection.execute(statement)}

    def _update(self, source: Source, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(values))


def _item(row: Row[Any]) -> EntryNote:
    return EntryNote(
        row.key,
        row.url,
        row.title,
        row.outcome,
        row.detail,
        row.article_id,
        again=row.retry_at is not None,
        attempts=row.attempts,
        retry_at=row.retry_at,
    )


def _source(row: Row[Any]) -> Source:
    values = dict(row._mapping)
    values["kind"] = SourceKind(values["kind"])
    values["given"] = FileOverrides(**values["given"])
    return Source(**values)
