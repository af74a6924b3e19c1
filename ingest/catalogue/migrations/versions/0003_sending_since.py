"""When the sending of a digest began; tables that are nothing but keys as one tree each."""

import sqlalchemy as sa
from alembic import op

from ingest.catalogue.columns import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("digests", sa.Column("sending_since", UtcDateTime(), nullable=True))
    for name in ("terms", "sketches", "yields"):
        with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_with_rowid": False}):
            pass  # made anew with all its rows
