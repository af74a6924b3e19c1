"""Sources, who subscribes them, their health and the items seen in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, func, insert, or_, select, true, update
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.corpus import schema
from ingest.corpus.catalogue.rhythm import usual_gap_s
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
    usual_gap_s: int | None
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


_SUBSCRIBED = exists().where(subscriptions.c.source_id == sources.c.id)
_READ_ANEW: dict[str, Any] = {"etag": None, "last_modified": None, "content_sha256": None}
"""Without these a source cannot say that nothing changed."""


_noted = upsert(items)
_NOTE_ITEM = _noted.on_conflict_do_update(
    index_elements=["source_id", "key"],
    set_={name: _noted.excluded[name] for name in ("url", "title", "outcome", "detail", "article_id", "at")},
)


class Sources:
    """The table of sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, address: str, kind: SourceKind, given: Given, scope: str, now: datetime) -> bool:
        """Register an address and subscribe `scope` to it.

        A new source is due at once, and one that nobody subscribed any more is as new.

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
                again = {"kind": kind.value, "given": {**known.given, **values}}
                if again != {"kind": known.kind, "given": known.given}:
                    again |= _READ_ANEW | {"due_at": now}
                if connection.execute(select(~_SUBSCRIBED).where(sources.c.id == source_id)).scalar_one():
                    again |= _READ_ANEW | {"due_at": now, "enabled": True}
                connection.execute(update(sources).where(sources.c.id == source_id).values(again))
            statement = upsert(subscriptions).values(source_id=source_id, scope=scope).on_conflict_do_nothing()
            return connection.execute(statement).rowcount == 1

    def all(self, scopes: Iterable[str] | None = None) -> list[Source]:
        """The sources that any of `scopes` (None: anyone) subscribes, in the order they were added."""
        statement = select(sources).where(_SUBSCRIBED).order_by(sources.c.id)
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
        statement = select(sources).where(sources.c.enabled, _SUBSCRIBED, wanted)
        with self._database.read() as connection:
            return [_source(row) for row in connection.execute(statement.order_by(sources.c.due_at, sources.c.id))]

    def get(self, address: str) -> Source:
        """The source at this address.

        Raises:
            NotFoundError: nobody subscribes one.
        """
        source = self.find(address)
        if source is None:
            hint = "See `python -m ingest sources` for what is there."
            raise NotFoundError("no such source", address, "it is not among those that are read", hint=hint)
        return source

    def find(self, address: str) -> Source | None:
        """The source at this address that anyone subscribes, or None."""
        statement = select(sources).where(sources.c.address == address, _SUBSCRIBED)
        with self._database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _source(row)

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
        self._update(source, due_at=now, **_READ_ANEW)

    def record_success(self, source: Source, success: Success) -> None:
        """A read that worked: its validators, and when to come again. It cannot move to another source's address."""
        self.record_successes([(source, success)])

    def record_successes(self, successes: Iterable[tuple[Source, Success]]) -> None:
        """Several reads that worked, in one transaction."""
        with self._database.write() as connection:
            for source, success in successes:
                note_success(connection, source, success)

    def record_failure(
        self, source: Source, error: SourceError, now: datetime, due_at: datetime, *, ends: bool = False
    ) -> None:
        """A read that failed: its kind and cause, and when to try again; never again where it `ends` the source."""
        self._update(
            source,
            enabled=source.enabled and not ends,
            checked_at=now,
            due_at=due_at,
            failures=source.failures + 1,
            failure_kind=error.kind.value,
            failure_why=str(error),
        )

    def record_item(self, source: Source, item: Item, now: datetime) -> None:
        """Note what became of one entry, replacing what was noted before."""
        with self._database.write() as connection:
            note_items(connection, source, [item], now)

    def seen(self, source: Source) -> dict[str, str]:
        """The keys of this source's entries and what became of each."""
        statement = select(items.c.key, items.c.outcome).where(items.c.source_id == source.id)
        with self._database.read() as connection:
            return {row.key: row.outcome for row in connection.execute(statement)}

    def history(self, names: Sequence[str]) -> list[Event]:
        """What became of the entries with one of these addresses, keys or article ids, oldest first."""
        matches = [column.in_(names) for column in (items.c.url, items.c.key, items.c.article_id)]
        statement = (
            select(items, sources.c.address)
            .join(sources, sources.c.id == items.c.source_id)
            .where(or_(*matches))
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


def note_success(connection: Connection, source: Source, success: Success) -> None:
    """A read that worked, inside the caller's transaction."""
    values: dict[str, Any] = {
        "checked_at": success.at,
        "succeeded_at": success.at,
        "due_at": success.due_at,
        "failures": 0,
        "failure_kind": None,
        "failure_why": None,
    }
    for name in ("title", "etag", "last_modified", "content_sha256"):
        if getattr(success, name) is not None:
            values[name] = getattr(success, name)
    if success.found_new:
        values["new_item_at"] = success.at
        values["usual_gap_s"] = usual_gap_s(connection, source.id)
    if success.address is not None:
        taken = select(sources.c.id).where(sources.c.address == success.address, sources.c.id != source.id)
        if connection.execute(taken).first() is None:
            values["address"] = success.address
    connection.execute(update(sources).where(sources.c.id == source.id).values(values))


def note_items(connection: Connection, source: Source, noted: Iterable[Item], now: datetime) -> None:
    """What became of entries, inside the caller's transaction; replaces what was noted before."""
    rows = [
        {
            "source_id": source.id,
            "key": item.key,
            "url": item.url,
            "title": item.title,
            "outcome": item.outcome,
            "detail": item.detail,
            "article_id": item.article_id,
            "at": now,
        }
        for item in noted
    ]
    if rows:
        connection.execute(_NOTE_ITEM, rows)


def _source(row: Row[Any]) -> Source:
    values = dict(row._mapping)
    values["kind"] = SourceKind(values["kind"])
    values["given"] = Given(**values["given"])
    return Source(**values)
