"""The tables of the catalogue, and those of the bot beside them (`bot.store`).

Whatever changes here needs a migration; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    column,
    table,
)
from sqlalchemy.types import TypeDecorator

HEAD = "0002"
"""The newest migration. A database that names another one is migrated, or refused when it is newer."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in, stored in UTC, aware UTC times out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _row_id() -> Column[Any]:
    return Column("row", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
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
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("failure_kind", Text),
    Column("detail", Text, nullable=False, default=""),
    UniqueConstraint("source_id", "kind", "since"),
    sqlite_autoincrement=True,  # ids only grow: whoever has told of one asks for those behind it
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
)

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

yields = Table(
    "yields",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_yields_source_id", "source_id"),
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
    _row_id(),
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
    sqlite_autoincrement=True,  # a row is never used again: a mark for a chunk that is gone must not hit another
)

vectors = Table(
    "vectors",
    metadata,
    Column("chunk", ForeignKey("chunks.row", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("model", Text, nullable=False),
    Column("chunk_vector", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
)

terms = Table("terms", metadata, Column("term", Text, primary_key=True), Column("chunks", Integer, nullable=False))

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

guilds = Table(
    "guilds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("settings", JSON, nullable=False, default=dict),
    Column("left_at", UtcDateTime),
    Column("last_alarm", Integer),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("scope", Text, nullable=False, index=True),
    Column("asker_id", Text, nullable=False),
    Column("quotes", JSON, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("message_ids", JSON, nullable=False, default=list),
    Column("at", UtcDateTime, nullable=False, index=True),
    sqlite_autoincrement=True,  # a button of a deleted answer must not mean another one
)

reports = Table(
    "reports",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("quotes", JSON, nullable=False),
    Column("comment", Text, nullable=False),
)

model_usage = Table(
    "model_usage",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("questions", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("scope", Text, nullable=False),
    Column("due_at", UtcDateTime),
    Column("state", Text, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("stories", JSON),
    Column("coverage", JSON),
    Column("model", Text, nullable=False, default=""),
    Column("centres", LargeBinary, nullable=False, default=b""),
    Column("why", Text, nullable=False, default=""),
    UniqueConstraint("scope", "due_at"),
    sqlite_autoincrement=True,  # a button of a forgotten digest must not mean another one
)

chunk_terms = table("chunk_terms", column("rowid"), column("rank"), column("chunk_terms"))
"""The full-text table as queries see it: its own name is the column that MATCH takes (SQLite, "FTS5")."""

FULL_TEXT = (
    "CREATE VIRTUAL TABLE chunk_terms USING fts5(terms, content='chunks', content_rowid='row', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'\")"
)
"""SQLite only matches the terms that `words.py` made: every character but white space is part of a term."""
