"""Webhooks: where digests and what watches find are posted beside Discord, and the messages to them.

It only adds, so processes of the version before go on working beside those of this one.
"""

import sqlalchemy as sa
from alembic import op

from ingest.catalogue.columns import UtcDateTime, row_number

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "webhooks",
        row_number("id"),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhooks_scope", "webhooks", ["scope"])
    op.create_table(
        "webhook_posts",
        row_number("id"),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("digest_id", sa.Integer()),
        sa.Column("watch_post", sa.Integer()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=False),
        sa.Column("sending_since", UtcDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.UniqueConstraint("webhook_id", "subject"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhook_posts_at", "webhook_posts", ["at"])
