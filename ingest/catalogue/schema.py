"""The tables of the catalogue. The bot keeps tables of its own in the same database.

Every change here needs a migration; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from ingest.catalogue.columns import UtcDateTime, row_number
from ingest.catalogue.sqlite import FULL_TEXT

__all__ = ["FULL_TEXT"]  # the first migration looks for it here

HEAD = "0010"
"""The newest migration. A database at an older one is migrated; one at a newer one is refused."""

metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    row_number("id"),
    Column("address", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("given", JSON, nullable=False, default=dict),
    Column("enabled", Boolean, nullable=False, default=True),
    Column("added_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False, index=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("content_sha256", Text),
    Column("checked_at", UtcDateTime),
    Column("succeeded_at", UtcDateTime),
    Column("new_item_at", UtcDateTime),
    Column("usual_gap_s", Integer),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", UtcDateTime),
    Column("failure_kind", Text),
    Column("failure_why", Text),
    Column("unseen_since", UtcDateTime),
    Column("retry_at", UtcDateTime),
    sqlite_autoincrement=True,  # a button that removes a deleted source must not mean another one
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("scope", Text, primary_key=True),
    Index("ix_subscriptions_scope", "scope"),
)

alarms = Table(
    "alarms",
    metadata,
    row_number("id"),
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("failure_kind", Text),
    Column("detail", Text, nullable=False, default=""),
    UniqueConstraint("source_id", "kind", "since"),
    sqlite_autoincrement=True,  # ids only grow, so a listener asks for alarms after the last one it reported
)

items = Table(
    "items",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("url", Text, index=True),
    Column("title", Text, nullable=False, default=""),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("article_id", Text, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", UtcDateTime),
    Column("digest", Text, nullable=False, default=""),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("url", Text, index=True),
    Column("version", Integer, nullable=False),
    Column("first_fetched_at", UtcDateTime, nullable=False),
    Column("effective_at", UtcDateTime, nullable=False, index=True),
    Column("source_id", Integer, index=True),
    Column("twins", Text, index=True),
    Column("characters", Integer, nullable=False, server_default="0"),
)
"""`source_id`: the only source that can change the article; null (none can) if several gave it before migration 0004.
 `twins`: a label shared by articles with nearly the same text. `characters`: total length of all versions."""

article_versions = Table(
    "article_versions",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("author", Text),
    Column("published_at", UtcDateTime),
    Column("updated_at", UtcDateTime),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("language", Text),
    Column("text", Text, nullable=False),
    Column("sha256", Text, nullable=False),
)

pinned_versions = Table(
    "pinned_versions",
    metadata,
    Column("pinned_by", Text, primary_key=True),
    Column("article_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Index("ix_pinned_versions_version", "article_id", "version"),
    sqlite_with_rowid=False,  # a row is just its key
)
"""Versions that must be kept (`ingest.catalogue.pins`). `pinned_by` names what needs them; the version may be gone."""

yields = Table(
    "yields",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_yields_source_id", "source_id"),
    sqlite_with_rowid=False,  # a row is just its key
)

further_addresses = Table(
    "further_addresses",
    metadata,
    Column("key", Text, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("url", Text, index=True),
)

sketches = Table(
    "sketches",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_sketches_article_id", "article_id"),
    sqlite_with_rowid=False,
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    row_number("row"),
    Column("id", Text, nullable=False, unique=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
    Column("heading", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("length", Integer, nullable=False),
    Column("indexed_in", Text, index=True),
    UniqueConstraint("article_id", "version", "n"),
    sqlite_autoincrement=True,  # rows are never reused, so that a mark for a deleted chunk cannot hit another
)

vectors = Table(
    "vectors",
    metadata,
    Column("chunk", ForeignKey("chunks.row", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("model", Text, nullable=False),
    Column("chunk_vector", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
)

terms = Table(
    "terms",
    metadata,
    Column("term", Text, primary_key=True),
    Column("chunks", Integer, nullable=False),
    sqlite_with_rowid=False,  # one tree to write into instead of two, for the thousands of terms of a transaction
)

stale_vectors = Table("stale_vectors", metadata, Column("chunk_id", Text, primary_key=True))

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token", Text, nullable=False, index=True),
    Column("process", JSON, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

facts = Table("facts", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
