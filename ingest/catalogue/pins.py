"""Pinned versions: those still needed outside the ingest, for example by a quote in an answer.

A replaced version is eventually deleted unless it is pinned. Code that stores a reference to a version pins it in the
same transaction, and unpins it in the transaction that deletes the reference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, delete, exists

from ingest.catalogue.dialect import in_keys, insert_new, write_rows
from ingest.catalogue.schema import article_versions, pinned_versions

_PIN = insert_new(pinned_versions)
_UNPIN = delete(pinned_versions).where(in_keys(pinned_versions.c.pinned_by, "holders"))


def pin(connection: Connection, holder: str, versions: Iterable[tuple[str, int]]) -> None:
    """Keep these versions (article id, version) until `holder` is unpinned, whether they are stored or not."""
    rows = [{"pinned_by": holder, "article_id": article_id, "version": n} for article_id, n in set(versions)]
    write_rows(connection, _PIN, rows)


def unpin(connection: Connection, holders: Collection[str]) -> None:
    """Remove all pins of these holders."""
    if holders:
        connection.execute(_UNPIN, {"holders": list(holders)})


def is_pinned() -> ColumnElement[bool]:
    """True for a row of `article_versions` that is pinned."""
    return exists().where(
        pinned_versions.c.article_id == article_versions.c.article_id,
        pinned_versions.c.version == article_versions.c.version,
    )
