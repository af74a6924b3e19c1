"""When the sending of a digest began; terms in a table that is its own index."""

import sqlalchemy as sa
from alembic import op

from ingest.corpus.columns import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("digests", sa.Column("sending_since", UtcDateTime(), nullable=True))
    op.rename_table("terms", "terms_before")
    op.create_table(
        "terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO terms SELECT term, chunks FROM terms_before")
    op.drop_table("terms_before")
