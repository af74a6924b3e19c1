"""What reads of sources leave behind, in one transaction: articles, what became of entries, how each read ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, select

from ingest.corpus.catalogue.outcomes import note_items, note_successes
from ingest.corpus.catalogue.records import ArticleRecord
from ingest.corpus.catalogue.source_models import Item, Source, Success
from ingest.corpus.catalogue.storing import Stored, store_all
from ingest.corpus.database import Database
from ingest.corpus.schema import articles, items
from ingest.decide import Decision


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a source: an article to store, or only a note on why there is none.

    Attributes:
        item: the note; where there is an article, its outcome and article are filled in by what is done with it.
    """

    item: Item
    record: ArticleRecord | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Entries of one read of a source; `success` comes with its last ones, where it ended well."""

    source: Source
    entries: Sequence[Entry]
    success: Success | None = None


_ENTRIES: BindParameter[Sequence[str]] = bindparam("keys", expanding=True)
_SAME_ENTRY = (
    select(items.c.key.label("item"), articles.c.key.label("article"))
    .join(articles, articles.c.id == items.c.article_id)
    .where(items.c.source_id == bindparam("source"), items.c.key.in_(_ENTRIES), items.c.outcome != Decision.COPY.value)
)
_KEYS = select(articles.c.key).where(articles.c.key.in_(_ENTRIES))


class Readings:
    """The tables that reads of sources write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, parts: Sequence[Part], now: datetime) -> list[list[Item]]:
        """Store the articles of these entries, note what became of each and how reads ended; all of it or nothing.

        That something new was found is added to a read's success.

        Returns:
            The notes of each part, in the order of its entries.
        """
        if not parts:
            return []
        with self._database.write() as connection:
            records = [(r, part.source.id) for part in parts for r in _records(connection, part)]
            stored = iter(store_all(connection, records))
            noted = [[_filled(entry, stored) for entry in part.entries] for part in parts]
            fresh = {part.source.id for part, notes in zip(parts, noted, strict=True) if any(map(_is_new, notes))}
            note_items(connection, [(part.source, notes) for part, notes in zip(parts, noted, strict=True)], now)
            note_successes(connection, [(p.source, _told(p.success, p.source.id in fresh)) for p in parts if p.success])
        return noted


def _records(connection: Connection, part: Part) -> list[ArticleRecord]:
    """The articles of a part: an entry that was one of them before still is it, whatever its address is now."""
    wanted = [entry for entry in part.entries if entry.record is not None]
    keys = {"source": part.source.id, "keys": [entry.item.key for entry in wanted]}
    before = part.source.succeeded_at is not None and wanted
    known = {row.item: row.article for row in connection.execute(_SAME_ENTRY, keys)} if before else {}
    records = [entry.record for entry in wanted if entry.record is not None]
    moved = {r.key for r, entry in zip(records, wanted, strict=True) if known.get(entry.item.key, r.key) != r.key}
    taken = set(connection.execute(_KEYS, {"keys": list(moved)}).scalars()) if moved else set()
    return [
        replace(record, key=known[entry.item.key]) if record.key in moved - taken else record
        for record, entry in zip(records, wanted, strict=True)
    ]


def _filled(entry: Entry, stored: Iterator[Stored]) -> Item:
    if entry.record is None:
        return entry.item
    decision, article_id = next(stored)
    return replace(entry.item, outcome=decision.value, article_id=article_id)


def _told(success: Success, fresh: bool) -> Success:
    """A read's success with what storing has shown: whether it brought something new."""
    return replace(success, found_new=True) if fresh and not success.found_new else success


def _is_new(item: Item) -> bool:
    return item.outcome == Decision.NEW
