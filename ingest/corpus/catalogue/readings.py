"""What reads of sources leave behind, in one transaction: articles, what became of entries, how each read ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ingest.corpus.catalogue.outcomes import note_items, note_success
from ingest.corpus.catalogue.records import ArticleRecord
from ingest.corpus.catalogue.source_models import Item, Source, Success
from ingest.corpus.catalogue.storing import Stored, store_all
from ingest.corpus.database import Database
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
        records = [(e.record, part.source.id) for part in parts for e in part.entries if e.record is not None]
        with self._database.write() as connection:
            stored = iter(store_all(connection, records))
            noted = [[_filled(entry, stored) for entry in part.entries] for part in parts]
            fresh = {p.source.id for p, items in zip(parts, noted, strict=True) if any(map(_is_new, items))}
            for part, items in zip(parts, noted, strict=True):
                note_items(connection, part.source, items, now)
                if part.success is not None:
                    new = part.success.found_new or part.source.id in fresh
                    note_success(connection, part.source, replace(part.success, found_new=new))
        return noted


def _filled(entry: Entry, stored: Iterator[Stored]) -> Item:
    if entry.record is None:
        return entry.item
    decision, article_id = next(stored)
    return replace(entry.item, outcome=decision.value, article_id=article_id)


def _is_new(item: Item) -> bool:
    return item.outcome == Decision.NEW
