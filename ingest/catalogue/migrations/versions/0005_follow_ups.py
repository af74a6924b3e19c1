"""Which answer a follow-up to /ask goes on from: Discord shows neither that a button was pressed nor where."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("follows", sa.Integer(), nullable=True))
