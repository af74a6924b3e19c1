"""The messages that articles were posted in, and the questions that had no answer.

It only adds, so processes of the version before go on working beside those of this one.
"""

import sqlalchemy as sa
from alembic import op

from ingest.catalogue.columns import UtcDateTime, row_number

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "postings",
        sa.Column("message_id", sa.Text(), primary_key=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_postings_at", "postings", ["at"])
    op.create_table(
        "unanswered",
        row_number("id"),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unanswered_scope", "unanswered", ["scope"])
    op.create_index("ix_unanswered_at", "unanswered", ["at"])
