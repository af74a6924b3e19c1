"""The same text in another place: found by its sketch among the stored articles, and kept as a further address."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.corpus.catalogue.records import ArticleRecord
from ingest.corpus.catalogue.rows import listed, write_rows
from ingest.corpus.schema import article_versions, articles, further_addresses, sketches
from ingest.text.duplicates import LEAST_SHARED, is_same_text, sketch

COMPARED = 5
"""Candidates whose texts are compared, those that share most hashes first."""

_WANTED = listed("wanted")
_ALIKE = select(sketches.c.hash, sketches.c.article_id).where(sketches.c.hash.in_(_WANTED))
_CURRENT = (article_versions.c.article_id == articles.c.id) & (article_versions.c.version == articles.c.version)
_TEXT = select(article_versions.c.text).join(articles, _CURRENT).where(articles.c.id == bindparam("article"))
_FORGET_SKETCHES = delete(sketches).where(sketches.c.article_id.in_(_WANTED))
_FORGET_ADDRESSES = delete(further_addresses).where(further_addresses.c.key.in_(_WANTED))
_KEEP_SKETCH = upsert(sketches).on_conflict_do_nothing()
_address = upsert(further_addresses)
_KEEP_ADDRESS = _address.on_conflict_do_update(
    index_elements=["key"], set_={"article_id": _address.excluded.article_id, "url": _address.excluded.url}
)


class Copies:
    """Finds the originals of a batch's new records, stored ones and those of the same batch.

    Args:
        new: the records whose keys are not stored yet.
    """

    def __init__(self, connection: Connection, new: Sequence[ArticleRecord]) -> None:
        self._connection = connection
        self._sketches = {record.id: sketch(record.text) for record in new}
        self._texts: dict[str, str] = {}
        self._addresses: list[dict[str, str | None]] = []
        self._holders: defaultdict[int, set[str]] = defaultdict(set)
        wanted = sorted({value for values in self._sketches.values() for value in values})
        for row in connection.execute(_ALIKE, {"wanted": json.dumps(wanted)}) if wanted else ():
            self._holders[row.hash].add(row.article_id)

    def original_of(self, record: ArticleRecord) -> str | None:
        """The id of the article that this new record is a copy of, None when it is one of its own."""
        values = self._sketches[record.id]
        if not values:  # too short to be merged
            return None
        shared = Counter(holder for value in values for holder in self._holders[value])
        likely = [article_id for article_id, count in shared.most_common(COMPARED) if count >= LEAST_SHARED]
        for article_id in likely:
            if is_same_text(record.text, self._text(article_id)):
                self._addresses.append({"key": record.key, "article_id": article_id, "url": record.url})
                return article_id
        self._texts[record.id] = record.text
        for value in values:
            self._holders[value].add(record.id)
        return None

    def write(self, written: Sequence[ArticleRecord]) -> None:
        """Keep the sketches of what was written, and the further addresses that were found."""
        if written:
            ids, keys = [record.id for record in written], [record.key for record in written]
            self._connection.execute(_FORGET_SKETCHES, {"wanted": json.dumps(ids)})
            self._connection.execute(_FORGET_ADDRESSES, {"wanted": json.dumps(keys)})
        rows = [
            {"hash": value, "article_id": record.id}
            for record in written
            for value in (self._sketches[record.id] if record.id in self._sketches else sketch(record.text))
        ]
        write_rows(self._connection, _KEEP_SKETCH, rows)
        write_rows(self._connection, _KEEP_ADDRESS, self._addresses)

    def _text(self, article_id: str) -> str:
        if article_id not in self._texts:
            self._texts[article_id] = self._connection.execute(_TEXT, {"article": article_id}).scalar_one()
        return self._texts[article_id]
