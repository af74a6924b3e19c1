"""Watches: what somebody waits for, the stories that were found, and the messages that tell them.

It only adds, so processes of the version before go on working beside those of this one.
"""

import sqlalchemy as sa
from alembic import op

from ingest.catalogue.columns import UtcDateTime, row_number

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "watches",
        row_number("id"),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watches_scope", "watches", ["scope"])
    op.create_table(
        "watch_posts",
        row_number("id"),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("leased_until", UtcDateTime()),
        sa.Column("sending_since", UtcDateTime()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watch_posts_watch_id", "watch_posts", ["watch_id"])
    op.create_table(
        "watch_stories",
        row_number("id"),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("story", sa.JSON()),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("post", sa.Integer()),
        sa.UniqueConstraint("watch_id", "item"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watch_stories_due_at", "watch_stories", ["due_at"])
    op.create_index("ix_watch_stories_post", "watch_stories", ["post"])
