"""Writes batches of articles inside the caller's transaction, one statement for each table.

A source writes only its own articles: two sources that publish at the same address produce two articles.

    known? forgotten? a copy? | decide | remove the old chunks | articles, versions, chunks, full text, term counts

The statements are made once: building one takes SQLAlchemy longer than SQLite takes to run it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from ingest.catalogue.copies import Copies
from ingest.catalogue.dialect import dialect_of, in_keys, insert_new, write_rows
from ingest.catalogue.records import ArticleRecord, ChunkRecord, Decision, decide, pack
from ingest.catalogue.schema import article_versions, articles, chunks, forgotten, stale_vectors, yields


class Stored(NamedTuple):
    """What was done with a record. `article_id` is its article; for a copy, the one that was already stored."""

    decision: Decision
    article_id: str


_CURRENT = (article_versions.c.article_id == articles.c.id) & (article_versions.c.version == articles.c.version)
_KNOWN = (
    select(
        articles.c.key,
        articles.c.id,
        articles.c.url,
        articles.c.version,
        articles.c.effective_at,
        articles.c.source_id,
        article_versions.c.sha256,
    )
    .join(article_versions, _CURRENT)
    .where(in_keys(articles.c.key, "ids"))
)
_FORGOTTEN = select(forgotten.c.key).where(in_keys(forgotten.c.key, "ids"))
_INSERT_ARTICLE = insert(articles)
_REPLACE_ARTICLE = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(
        url=bindparam("u"),
        version=bindparam("v"),
        effective_at=bindparam("e"),
        twins=None,
        characters=articles.c.characters + bindparam("more"),
    )
)
_MOVE = update(articles).where(articles.c.id == bindparam("article")).values(url=bindparam("u"))
_INSERT_VERSION = insert(article_versions)
_INSERT_CHUNK = insert(chunks)
_LINK = insert_new(yields)
_NOT_STALE = delete(stale_vectors).where(in_keys(stale_vectors.c.chunk_id, "ids"))
_STALE = insert_new(stale_vectors)
_OLD_CHUNKS = select(chunks.c.id, chunks.c.terms).where(in_keys(chunks.c.article_id, "ids"))
_DELETE_CHUNKS = delete(chunks).where(in_keys(chunks.c.article_id, "ids"))


def store_all(connection: Connection, records: Sequence[tuple[ArticleRecord, int]]) -> list[Stored]:
    """Store new and changed articles, in order, and record which source (by id) published each.

    Raises:
        ValueError: a record has the key of another source's article.
    """
    stored = [one for batch in _distinct(records) for one in _store_batch(connection, batch)]
    links = [
        {"article_id": one.article_id, "source_id": source_id}
        for one, (_, source_id) in zip(stored, records, strict=True)
        if one.decision is not Decision.FORGOTTEN
    ]
    write_rows(connection, _LINK, links)
    return stored


def remove_chunks(connection: Connection, article_ids: Sequence[str]) -> None:
    """Delete the current chunks from the catalogue's indexes, and mark their vectors in Chroma as stale."""
    ids = _ids(article_ids)
    old = connection.execute(_OLD_CHUNKS, ids).all()
    if not old:
        return
    dialect_of(connection).remove_from_full_text(connection, article_ids)
    connection.execute(_DELETE_CHUNKS, ids)
    write_rows(connection, _STALE, [{"chunk_id": row.id} for row in old])
    _count_terms(connection, [row.terms for row in old], sign=-1)


def _distinct(records: Iterable[tuple[ArticleRecord, int]]) -> Iterator[list[tuple[ArticleRecord, int]]]:
    """Split into batches without repeated articles: a second version is compared with the stored first one."""
    batch: dict[str, tuple[ArticleRecord, int]] = {}
    for record, source_id in records:
        if record.key in batch:
            yield list(batch.values())
            batch = {}
        batch[record.key] = (record, source_id)
    if batch:
        yield list(batch.values())


@dataclass(frozen=True, slots=True)
class _Writing:
    """A record to be written. `known` is the row of the article that it updates; None for a new article."""

    record: ArticleRecord
    source_id: int
    known: Any

    @property
    def id(self) -> str:
        return str(self.known.id) if self.known else self.record.id

    @property
    def version(self) -> int:
        return self.known.version + 1 if self.known else 1


def _store_batch(connection: Connection, records: Sequence[tuple[ArticleRecord, int]]) -> list[Stored]:
    known: dict[str, Any] = {r.key: r for r in connection.execute(_KNOWN, _ids(record.key for record, _ in records))}
    banned = _banned(connection, [record for record, _ in records])
    copies = Copies(connection, [pair for pair in records if pair[0].key not in known.keys() | banned])
    stored: list[Stored] = []
    written: list[_Writing] = []
    for record, source_id in records:
        row = known.get(record.key)
        if row is not None and row.source_id != source_id:
            raise ValueError(f"{record.key!r} is an article of source {row.source_id}, not of {source_id}")
        forgotten_one = record.key in banned
        original = copies.original_of(record, source_id) if row is None and not forgotten_one else None
        decision = decide(
            row.sha256 if row else None, record.fingerprint, forgotten=forgotten_one, copy=original is not None
        )
        writing = _Writing(record, source_id, row)
        if decision in (Decision.NEW, Decision.CHANGED):
            written.append(writing)
        elif row is not None and record.url not in (None, row.url):
            connection.execute(_MOVE, {"article": row.id, "u": record.url})
        stored.append(Stored(decision, original or writing.id))
    _write(connection, written)
    copies.write([(writing.id, writing.version, writing.record) for writing in written])
    return stored


def _banned(connection: Connection, records: Sequence[ArticleRecord]) -> set[str]:
    """Keys of records that the operator has banned, by key or by address."""
    names = {name for record in records for name in (record.key, record.url) if name}
    banned = set(connection.execute(_FORGOTTEN, _ids(names)).scalars())
    return {record.key for record in records if record.key in banned or record.url in banned}


def _write(connection: Connection, written: Sequence[_Writing]) -> None:
    if not written:
        return
    new = [_article_row(each) for each in written if each.known is None]
    changed = [_changed_row(each) for each in written if each.known is not None]
    if changed:
        remove_chunks(connection, [row["article"] for row in changed])
        connection.execute(_REPLACE_ARTICLE, changed)
    write_rows(connection, _INSERT_ARTICLE, new)
    write_rows(connection, _INSERT_VERSION, [_version_row(each) for each in written])
    rows = [
        _chunk_row(each.id, each.version, n, chunk) for each in written for n, chunk in enumerate(each.record.chunks)
    ]
    if rows:
        write_rows(connection, _INSERT_CHUNK, rows)
        connection.execute(_NOT_STALE, _ids(row["id"] for row in rows))
        dialect_of(connection).add_to_full_text(connection, [each.id for each in written])
        _count_terms(connection, [row["terms"] for row in rows], sign=1)


def _ids(ids: Iterable[str]) -> dict[str, list[str]]:
    return {"ids": list(ids)}


def _article_row(writing: _Writing) -> dict[str, Any]:
    record = writing.record
    return {
        "id": writing.id,
        "key": record.key,
        "url": record.url,
        "version": 1,
        "first_fetched_at": record.fetched_at,
        "effective_at": record.effective_at,
        "source_id": writing.source_id,
        "characters": len(record.text),
    }


def _changed_row(writing: _Writing) -> dict[str, Any]:
    record = writing.record
    return {
        "article": writing.id,
        "u": record.url,
        "v": writing.version,
        "e": record.published_at or writing.known.effective_at,
        "more": len(record.text),
    }


def _version_row(writing: _Writing) -> dict[str, Any]:
    record = writing.record
    return {
        "article_id": writing.id,
        "version": writing.version,
        "title": record.title,
        "source": record.source,
        "author": record.author,
        "published_at": record.published_at,
        "updated_at": record.updated_at,
        "language": record.language,
        "fetched_at": record.fetched_at,
        "text": record.text,
        "sha256": record.fingerprint,
    }


def _chunk_row(article_id: str, version: int, n: int, chunk: ChunkRecord) -> dict[str, Any]:
    return {
        "id": f"{article_id}:{version}:{n}",
        "article_id": article_id,
        "version": version,
        "n": n,
        "start": chunk.span.start,
        "end": chunk.span.end,
        "sentences": pack(chunk.sentences),
        "heading": chunk.heading,
        "terms": chunk.terms,
        "length": len(chunk.terms.split()),
    }


def _count_terms(connection: Connection, chunks_terms: Iterable[str], *, sign: int) -> None:
    """Update the number of chunks that contain each term."""
    counts: Counter[str] = Counter()
    for chunk_terms in chunks_terms:
        counts.update(set(chunk_terms.split()))
    if counts:
        signed = {term: sign * count for term, count in counts.items()}
        dialect_of(connection).count_terms(connection, signed)
