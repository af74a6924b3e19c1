"""Several bot processes on one database: which settings have changed, and how many questions were just asked.

It only adds, so processes of the version before go on working beside those of this one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_BY_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("guilds", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_guilds_revision", "guilds", ["revision"])
    op.create_table(
        "question_counts",
        sa.Column("name", _BY_BYTES, nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
