"""What a read of a source leaves behind, in one transaction: articles, what became of entries, its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ingest.corpus.catalogue.outcomes import note_items, note_success
from ingest.corpus.catalogue.records import ArticleRecord
from ingest.corpus.catalogue.source_models import Item, Source, Success
from ingest.corpus.catalogue.storing import store_all
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


class Readings:
    """The tables that a read of a source writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, source: Source, entries: Sequence[Entry], now: datetime, success: Success | None = None
    ) -> list[Item]:
        """Store the articles of these entries and note what became of each; all of it or nothing.

        Args:
            success: how the read ended, None while it goes on; that something new was found is added to it.

        Returns:
            The notes, in the order of the entries.
        """
        with self._database.write() as connection:
            records = [entry.record for entry in entries if entry.record is not None]
            stored = iter(store_all(connection, records, source.id))
            noted = [entry.item if entry.record is None else _filled(entry.item, *next(stored)) for entry in entries]
            note_items(connection, source, noted, now)
            if success is not None:
                new = success.found_new or any(item.outcome == Decision.NEW for item in noted)
                note_success(connection, source, replace(success, found_new=new))
        return noted


def _filled(item: Item, decision: Decision, article_id: str) -> Item:
    return replace(item, outcome=decision.value, article_id=article_id)
