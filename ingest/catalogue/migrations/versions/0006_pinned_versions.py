"""Which versions a delivered or reported quote points at, so that deleting old ones need not read the bot's tables."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_HOLDERS = {"deliveries": "delivery", "reports": "report"}
_AT_ONCE = 1000


def upgrade() -> None:
    pinned = op.create_table(
        "pinned_versions",
        sa.Column("pinned_by", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pinned_by", "article_id", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pinned_versions_version", "pinned_versions", ["article_id", "version"])
    for table, holder in _HOLDERS.items():
        for rows in _quoted(table, holder):
            op.bulk_insert(pinned, rows)


def _quoted(name: str, holder: str) -> Iterator[list[dict[str, object]]]:
    """The rows of `pinned_versions` for a table whose `quotes` are [article id, version, start, end]."""
    table = sa.table(name, sa.column("id"), sa.column("quotes", sa.JSON()))
    for part in op.get_bind().execute(sa.select(table.c.id, table.c.quotes)).partitions(_AT_ONCE):
        yield [
            {"pinned_by": f"{holder} {row.id}", "article_id": article_id, "version": version}
            for row in part
            for article_id, version in {(quote[0], quote[1]) for quote in row.quotes}
        ]
