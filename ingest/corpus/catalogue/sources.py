"""Sources, who subscribes them, their health and the items seen in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, true, update
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.corpus import schema
from ingest.corpus.database import Database
from ingest.corpus.schema import items, sources, subscriptions
from ingest.errors import NotFoundError, SourceError


class SourceKind(StrEnum):
    FEED = "feed"
    PAGE = "page"
    FILE = "file"
    FOLDER = "folder"
    JSONL = "jsonl"

    @property
    def is_local(self) -> bool:
        return self in (SourceKind.FILE, SourceKind.FOLDER, SourceKind.JSONL)


@dataclass(frozen=True, slots=True)
class Given:
    """What the operator said about a single file, which beats what the file says of itself."""

    title: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None


NO_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Source:
    """An address that is read, and how it has been doing."""

    id: int
    address: str
    kind: SourceKind
    title: str
    given: Given
    enabled: bool
    added_at: datetime
    due_at: datetime
    etag: str | None
    last_modified: str | None
    content_sha256: str | None
    checked_at: datetime | None
    succeeded_at: datetime | None
    new_item_at: datetime | None
    failures: int
    failure_kind: str | None
    failure_why: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one entry of a source: `outcome` is a word of `ingest why`, `detail` says more."""

    key: str
    url: str | None
    title: str
    outcome: str
    detail: str = ""
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Success:
    """What a successful read leaves behind for the next one."""

    at: datetime
    due_at: datetime
    found_new: bool
    title: str | None = None
    address: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What became of an entry, when, and at which source."""

    at: datetime
    address: str
    item: Item


class Sources:
    """The table of sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, address: str, kind: SourceKind, given: Given, scope: str, now: datetime) -> bool:
        """Register an address and subscribe `scope` to it. A new source is due at once; a known one is re-enabled.

        Returns:
            Whether this scope did not have it before.
        """
        values = {k: getattr(given, k) for k in Given.__slots__ if getattr(given, k) is not None}
        row = {"address": address, "kind": kind.value, "given": values, "added_at": now, "due_at": now}
        with self._database.write() as connection:
            known = connection.execute(select(sources).where(sources.c.address == address)).one_or_none()
            if known is None:
                source_id = connection.execute(insert(sources).values(row).returning(sources.c.id)).scalar_one()
            else:
                source_id = known.id
                if values and values != known.given:
                    again = {"given": {**known.given, **values}, "due_at": now, "content_sha256": None}
                    connection.execute(update(sources).where(sources.c.id == source_id).values(again))
            statement = upsert(subscriptions).values(source_id=source_id, scope=scope).on_conflict_do_nothing()
            return connection.execute(statement).rowcount == 1

    def all(self, scopes: Iterable[str] | None = None) -> list[Source]:
        """All sources in the order they were added, or those that any of `scopes` subscribes."""
        statement = select(sources).order_by(sources.c.id)
        if scopes is not None:
            subscribed = select(subscriptions.c.source_id).where(subscriptions.c.scope.in_(tuple(scopes)))
            statement = statement.where(sources.c.id.in_(subscribed))
        with self._database.read() as connection:
            return [_source(row) for row in connection.execute(statement)]

    def due(self, now: datetime, *, local_too: bool = False, everything: bool = False) -> list[Source]:
        """Enabled, subscribed sources whose time has come, longest overdue first.

        Args:
            local_too: files and folders count as due.
            everything: all count as due.
        """
        wanted: ColumnElement[bool] = sources.c.due_at <= now
        if local_too:
            wanted |= sources.c.kind.in_([kind.value for kind in SourceKind if kind.is_local])
        if everything:
            wanted = true()
        subscribed = sources.c.id.in_(select(subscriptions.c.source_id))
        statement = select(sources).where(sources.c.enabled, subscribed, wanted)
        with self._database.read() as connection:
            return [_source(row) for row in connection.execute(statement.order_by(sources.c.due_at, sources.c.id))]

    def get(self, address: str) -> Source:
        """The source at this address.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.read() as connection:
            row = connection.execute(select(sources).where(sources.c.address == address)).one_or_none()
        if row is None:
            raise NotFoundError(
                "no such source",
                address,
                "it was never added",
                hint="See `python -m ingest sources` for what is there.",
            )
        return _source(row)

    def subscribed_scopes(self, source: Source) -> list[str]:
        statement = select(subscriptions.c.scope).where(subscriptions.c.source_id == source.id)
        with self._database.read() as connection:
            return list(connection.execute(statement.order_by(subscriptions.c.scope)).scalars())

    def unsubscribe(self, source: Source, scope: str | None) -> None:
        """Take the source away from one scope, or from all; its articles are hidden there at once and stay stored."""
        statement = delete(subscriptions).where(subscriptions.c.source_id == source.id)
        if scope is not None:
            statement = statement.where(subscriptions.c.scope == scope)
        with self._database.write() as connection:
            connection.execute(statement)

    def set_enabled(self, source: Source, enabled: bool) -> None:
        self._update(source, enabled=enabled)

    def refresh(self, source: Source, now: datetime) -> None:
        """Make it due now, and read whole although nothing may have changed."""
        self._update(source, due_at=now, etag=None, last_modified=None, content_sha256=None)

    def record_success(self, source: Source, success: Success) -> None:
        """A read that worked: its validators, and when to come again."""
        values: dict[str, Any] = {
            "checked_at": success.at,
            "succeeded_at": success.at,
            "due_at": success.due_at,
            "failures": 0,
            "failure_kind": None,
            "failure_why": None,
        }
        for name in ("title", "address", "etag", "last_modified", "content_sha256"):
            if getattr(success, name) is not None:
                values[name] = getattr(success, name)
        if success.found_new:
            values["new_item_at"] = success.at
        with self._database.write() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(values))

    def record_failure(self, source: Source, error: SourceError, now: datetime, due_at: datetime) -> None:
        """A read that failed: its kind and cause, and when to try again."""
        self._update(
            source,
            checked_at=now,
            due_at=due_at,
            failures=source.failures + 1,
            failure_kind=error.kind.value,
            failure_why=str(error),
        )

    def record_item(self, source: Source, item: Item, now: datetime) -> None:
        """Note what became of one entry, replacing what was noted before."""
        values = {
            "url": item.url,
            "title": item.title,
            "outcome": item.outcome,
            "detail": item.detail,
            "article_id": item.article_id,
            "at": now,
        }
        statement = upsert(items).values(source_id=source.id, key=item.key, **values)
        with self._database.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["source_id", "key"], set_=values))

    def seen(self, source: Source) -> dict[str, str]:
        """The keys of this source's entries and what became of each."""
        statement = select(items.c.key, items.c.outcome).where(items.c.source_id == source.id)
        with self._database.read() as connection:
            return {row.key: row.outcome for row in connection.execute(statement)}

    def history(self, url: str) -> list[Event]:
        """What became of the entries at this address (or with this key), oldest first."""
        statement = (
            select(items, sources.c.address)
            .join(sources, sources.c.id == items.c.source_id)
            .where((items.c.url == url) | (items.c.key == url) | (items.c.article_id == url))
            .order_by(items.c.at)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [Event(r.at, r.address, Item(r.key, r.url, r.title, r.outcome, r.detail, r.article_id)) for r in rows]

    def article_counts(self) -> dict[int, int]:
        """How many articles each source yielded, by source id."""
        statement = select(schema.yields.c.source_id, func.count()).group_by(schema.yields.c.source_id)
        with self._database.read() as connection:
            return {source_id: count for source_id, count in connection.execute(statement)}

    def _update(self, source: Source, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(values))


def _source(row: Row[Any]) -> Source:
    values = dict(row._mapping)
    values["kind"] = SourceKind(values["kind"])
    values["given"] = Given(**values["given"])
    return Source(**values)
