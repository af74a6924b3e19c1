"""The bot's own tables, in the same database as those of `ingest.catalogue.schema`.

A database has one chain of migrations, in `ingest.catalogue.migrations`. Every change here needs one; a test compares
the two.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

from ingest.catalogue.columns import UtcDateTime, row_number

metadata = MetaData()

guilds = Table(
    "guilds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("settings", JSON, nullable=False, default=dict),
    Column("left_at", UtcDateTime),
    Column("last_alarm", Integer),
    Column("revision", Integer, nullable=False, server_default="0", index=True),
)
"""`revision`: grows with each change of any guild's settings, so that other processes can ask for what is new."""

deliveries = Table(
    "deliveries",
    metadata,
    row_number("id"),
    Column("scope", Text, nullable=False, index=True),
    Column("asker_id", Text, nullable=False),
    Column("quotes", JSON, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("message_ids", JSON, nullable=False, default=list),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("follows", Integer),
    sqlite_autoincrement=True,  # a button of a deleted answer must not mean another one
)

reports = Table(
    "reports",
    metadata,
    row_number("id"),
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

question_counts = Table(
    "question_counts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("minute", Integer, nullable=False),
    Column("current", Integer, nullable=False),
    Column("previous", Integer, nullable=False),
)
"""How many questions a person or a guild asked in a minute (since 1970) and in the one before it."""

digests = Table(
    "digests",
    metadata,
    row_number("id"),
    Column("scope", Text, nullable=False),
    Column("due_at", UtcDateTime),
    Column("state", Text, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("sending_since", UtcDateTime),
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

watches = Table(
    "watches",
    metadata,
    row_number("id"),
    Column("scope", Text, nullable=False, index=True),
    Column("owner_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # a button of a removed watch must not mean another one
)

watch_posts = Table(
    "watch_posts",
    metadata,
    row_number("id"),
    Column("watch_id", Integer, nullable=False, index=True),
    Column("scope", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("sending_since", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
    sqlite_autoincrement=True,  # its id is the nonce of its message
)
"""A message that tells stories of a watch; written, with a lease, by the process that sends it."""

watch_stories = Table(
    "watch_stories",
    metadata,
    row_number("id"),
    Column("watch_id", Integer, nullable=False),
    Column("scope", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("story", JSON),
    Column("found_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, index=True),
    Column("post", Integer, index=True),
    UniqueConstraint("watch_id", "item"),
    sqlite_autoincrement=True,
)
"""An item that a watch has found: to be told, told, or part of a story that was. `post`: the message that tells it."""

postings = Table(
    "postings",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("articles", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)
"""A message that tells articles. A thread that starts at it has its id (developer reference, "Threads")."""

unanswered = Table(
    "unanswered",
    metadata,
    row_number("id"),
    Column("scope", Text, nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)
"""A question without an answer, in half precision as `model` encodes it, of a guild that wants to see its gaps; not
who asked it."""

webhooks = Table(
    "webhooks",
    metadata,
    row_number("id"),
    Column("scope", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # a message to a removed webhook must not go to another one
)
"""`address` and `secret` let whoever has them post, or sign as this program does."""

webhook_posts = Table(
    "webhook_posts",
    metadata,
    row_number("id"),
    Column("webhook_id", Integer, nullable=False),
    Column("scope", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("digest_id", Integer),
    Column("watch_post", Integer),
    Column("state", Text, nullable=False),
    Column("leased_until", UtcDateTime, nullable=False),
    Column("sending_since", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("why", Text, nullable=False),
    UniqueConstraint("webhook_id", "subject"),
    sqlite_autoincrement=True,
)
"""A message to a webhook. `subject`: what it tells, so that it is told once; `leased_until`: nobody takes it before."""
