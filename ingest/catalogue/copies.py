"""Finds stored articles with the same text, by their sketches.

If the same source published both, the second becomes a further address of the first. If two sources did, both are
stored, because no source may replace another's words; they are marked as twins, and a view shows only one of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, update

from ingest.catalogue.dialect import in_keys, insert_new, upsert, write_rows
from ingest.catalogue.records import ArticleRecord
from ingest.catalogue.schema import article_versions, articles, further_addresses, sketches
from ingest.text.duplicates import LEAST_SHARED, is_same_text, sketch

COMPARED = 5
"""How many candidates have their texts compared, starting with those that share the most hashes."""

_ALIKE = (
    select(sketches.c.hash, sketches.c.article_id, articles.c.source_id, articles.c.version, articles.c.twins)
    .join(articles, articles.c.id == sketches.c.article_id)
    .where(in_keys(sketches.c.hash, "wanted"))
)
_CURRENT = (article_versions.c.article_id == articles.c.id) & (article_versions.c.version == articles.c.version)
_TEXT = select(article_versions.c.text).join(articles, _CURRENT).where(articles.c.id == bindparam("article"))
_FORGET_SKETCHES = delete(sketches).where(in_keys(sketches.c.article_id, "wanted"))
_FORGET_ADDRESSES = delete(further_addresses).where(in_keys(further_addresses.c.key, "wanted"))
_MARK_TWIN = update(articles).where(articles.c.id == bindparam("article")).values(twins=bindparam("label"))
_KEEP_SKETCH = insert_new(sketches)
_KEEP_ADDRESS = upsert(further_addresses, ["key"], changed=["article_id", "url"])


@dataclass(slots=True)
class _Holder:
    """An article that another one may be a copy of. `twins` is the label of its group."""

    id: str
    source_id: int | None
    version: int
    twins: str | None

    @property
    def label(self) -> str:
        """Its group's label; without twins, the label that its group would get."""
        return self.twins or f"{self.id}:{self.version}"


class Copies:
    """Finds the originals of a batch's new records, among stored articles and within the batch.

    Args:
        new: records whose keys are not stored yet, each with its source's id.
    """

    def __init__(self, connection: Connection, new: Sequence[tuple[ArticleRecord, int]]) -> None:
        self._connection = connection
        self._sketches = {record.key: sketch(record.text) for record, _ in new}
        self._texts: dict[str, str] = {}
        self._addresses: list[dict[str, str | None]] = []
        self._labels: dict[str, str] = {}
        self._holders: defaultdict[int, set[str]] = defaultdict(set)
        self._known: dict[str, _Holder] = {}
        wanted = sorted({value for values in self._sketches.values() for value in values})
        for row in connection.execute(_ALIKE, {"wanted": wanted}) if wanted else ():
            self._holders[row.hash].add(row.article_id)
            self._known[row.article_id] = _Holder(row.article_id, row.source_id, row.version, row.twins)

    def original_of(self, record: ArticleRecord, source_id: int) -> str | None:
        """The id of the article of the same source that this record copies; None if it is a new article.

        Remembers twins among other sources' articles for `write`.
        """
        values = self._sketches[record.key]
        if not values:  # too short to be merged
            return None
        alike = [holder for holder in self._likely(values) if is_same_text(record.text, self._text(holder.id))]
        for holder in alike:
            if holder.source_id == source_id:
                self._addresses.append({"key": record.key, "article_id": holder.id, "url": record.url})
                return holder.id
        own = _Holder(record.id, source_id, 1, None)
        if alike:
            own.twins = self._labels[own.id] = self._labels[alike[0].id] = alike[0].twins = alike[0].label
        self._known[own.id] = own
        self._texts[own.id] = record.text
        for value in values:
            self._holders[value].add(own.id)
        return None

    def write(self, written: Sequence[tuple[str, int, ArticleRecord]]) -> None:
        """Store the sketches of the articles written (id, version, record), and the further addresses and twins found.

        A new version has no twins, because their texts matched the previous version.
        """
        if written:
            ids, keys = [article_id for article_id, _, _ in written], [record.key for _, _, record in written]
            self._connection.execute(_FORGET_SKETCHES, {"wanted": ids})
            self._connection.execute(_FORGET_ADDRESSES, {"wanted": keys})
        rows = [
            {"hash": value, "article_id": article_id}
            for article_id, _, record in written
            for value in (self._sketches[record.key] if record.key in self._sketches else sketch(record.text))
        ]
        write_rows(self._connection, _KEEP_SKETCH, rows)
        write_rows(self._connection, _KEEP_ADDRESS, self._addresses)
        if self._labels:
            labels = [{"article": article_id, "label": label} for article_id, label in self._labels.items()]
            self._connection.execute(_MARK_TWIN, labels)

    def _likely(self, values: Sequence[int]) -> list[_Holder]:
        shared = Counter(holder for value in values for holder in self._holders[value])
        return [self._known[id_] for id_, count in shared.most_common(COMPARED) if count >= LEAST_SHARED]

    def _text(self, article_id: str) -> str:
        if article_id not in self._texts:
            self._texts[article_id] = self._connection.execute(_TEXT, {"article": article_id}).scalar_one()
        return self._texts[article_id]
