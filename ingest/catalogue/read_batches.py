"""Stores the results of source reads in one transaction: articles, notes on entries, how each read ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, select

from ingest.catalogue.article_writer import Stored, store_all
from ingest.catalogue.database import Database
from ingest.catalogue.quotas import NO_LIMITS, Limits, Room, room_of
from ingest.catalogue.read_results import note_items, note_successes
from ingest.catalogue.records import ArticleRecord, Decision
from ingest.catalogue.schema import articles, items, yields
from ingest.sources.models import EntryNote, Source, Success


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a source: an article to store, or just a note explaining why there is none.

    Attributes:
        item: the note; its outcome and article id are filled in when an article has been stored.
    """

    item: EntryNote
    record: ArticleRecord | None = None


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Entries of one read of a source; the last batch of a successful read has its `success`."""

    source: Source
    entries: Sequence[Entry]
    success: Success | None = None


EXPIRED = "expired"
"""The outcome of an entry whose article is older than articles are kept."""
_TOO_OLD = "it is older than articles are kept (RETENTION_DAYS, RETENTION_MAX_ARTICLES)"
OVER_LIMIT = "over the limit"
_NO_ROOM = "the sources of its server bring more than a server may store; it is tried again later"
_ENTRIES: BindParameter[Sequence[str]] = bindparam("keys", expanding=True)
_ANOTHERS = (
    select(items.c.key, items.c.article_id)
    .join(articles, articles.c.id == items.c.article_id)
    .where(items.c.source_id == bindparam("source"), items.c.key.in_(_ENTRIES), articles.c.source_id.is_(None))
)
_EXPIRED = select(items.c.key).where(
    items.c.source_id == bindparam("source"), items.c.key.in_(_ENTRIES), items.c.outcome == EXPIRED
)
_UNLINK = delete(yields).where(yields.c.article_id == bindparam("article"), yields.c.source_id == bindparam("source"))


class ReadBatches:
    """Writes everything that reads of sources produce."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        parts: Sequence[ReadBatch],
        now: datetime,
        limits: Limits = NO_LIMITS,
        kept_since: datetime | None = None,
    ) -> list[list[EntryNote]]:
        """Store these entries' articles, a note on each entry, and how each read ended, all or nothing.

        A read's success also records whether something new was found.

        Args:
            limits: limits on each guild's own sources; new articles beyond them are noted and retried later.
            kept_since: new articles with an older date are noted and left out.

        Returns:
            The notes of each batch, in the order of its entries.
        """
        if not parts:
            return []
        with self._database.write() as connection:
            if kept_since is not None:
                parts = [replace(part, entries=_young(connection, part, kept_since)) for part in parts]
            parts = _within(connection, parts, limits, now)
            records = [(e.record, part.source.id) for part in parts for e in part.entries if e.record is not None]
            stored = iter(store_all(connection, records))
            noted = [[_filled(entry, stored) for entry in part.entries] for part in parts]
            for part, notes in zip(parts, noted, strict=True):
                _leave_what_nobody_owns(connection, part, notes)
            fresh = {part.source.id for part, notes in zip(parts, noted, strict=True) if any(map(_is_new, notes))}
            note_items(connection, [(part.source, notes) for part, notes in zip(parts, noted, strict=True)], now)
            ended = [(p.source, _with_novelty(p.success, p.source.id in fresh)) for p in parts if p.success]
            note_successes(connection, ended)
        return noted


def _young(connection: Connection, part: ReadBatch, kept_since: datetime) -> list[Entry]:
    """The entries, without the articles that are too old, or undated and deleted as too old before."""
    records = [entry.record for entry in part.entries if entry.record is not None]
    known = _known(connection, records)
    expired = set(connection.execute(_EXPIRED, {"source": part.source.id, "keys": _keys(part)}).scalars())

    def is_too_old(entry: Entry) -> bool:
        record = entry.record
        if record is None or record.key in known:
            return False
        return record.effective_at < kept_since or (record.published_at is None and entry.item.key in expired)

    return [
        Entry(replace(entry.item, outcome=EXPIRED, detail=_TOO_OLD)) if is_too_old(entry) else entry
        for entry in part.entries
    ]


def _known(connection: Connection, records: Sequence[ArticleRecord]) -> set[str]:
    """The keys among those of these records under which an article is stored."""
    keys = [record.key for record in records]
    return set(connection.execute(select(articles.c.key).where(articles.c.key.in_(keys))).scalars())


def _keys(part: ReadBatch) -> list[str]:
    return [entry.item.key for entry in part.entries]


def _within(connection: Connection, parts: Sequence[ReadBatch], limits: Limits, now: datetime) -> Sequence[ReadBatch]:
    """The batches without the new articles that exceed their guilds' limits."""
    rooms = room_of(connection, {part.source.id for part in parts}, limits, now)
    return [
        replace(part, entries=_fitting(connection, part, rooms[part.source.id])) if part.source.id in rooms else part
        for part in parts
    ]


def _fitting(connection: Connection, part: ReadBatch, rooms: Sequence[Room]) -> list[Entry]:
    known = _known(connection, [entry.record for entry in part.entries if entry.record is not None])
    fitting = []
    for entry in part.entries:
        if entry.record is not None and entry.record.key not in known:
            length = len(entry.record.text)
            if not any(room.takes(length) for room in rooms):
                entry = Entry(replace(entry.item, outcome=OVER_LIMIT, detail=_NO_ROOM, again=True))
            else:
                for room in rooms:
                    room.take(length)
        fitting.append(entry)
    return fitting


def _leave_what_nobody_owns(connection: Connection, part: ReadBatch, notes: Sequence[EntryNote]) -> None:
    """Unlink the source from shared articles of older catalogues, now that it has an article of its own."""
    own = {note.key: note.article_id for note in notes if note.article_id is not None}
    if part.source.succeeded_at is None or not own:
        return
    before = connection.execute(_ANOTHERS, {"source": part.source.id, "keys": list(own)}).all()
    replaced = [{"article": id_, "source": part.source.id} for key, id_ in before if id_ != own[key]]
    if replaced:
        connection.execute(_UNLINK, replaced)


def _filled(entry: Entry, stored: Iterator[Stored]) -> EntryNote:
    if entry.record is None:
        return entry.item
    decision, article_id = next(stored)
    return replace(entry.item, outcome=decision.value, article_id=article_id)


def _with_novelty(success: Success, fresh: bool) -> Success:
    """A successful read, marked if it found something new."""
    return replace(success, found_new=True) if fresh and not success.found_new else success


def _is_new(item: EntryNote) -> bool:
    return item.outcome == Decision.NEW
