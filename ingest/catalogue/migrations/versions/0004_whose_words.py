"""Whose words an article is: each belongs to the source that gave it, and articles that say the same are twins.

Until now an address was an article, whoever gave its text. What one source alone gave becomes that source's; what
several gave stays as it is, with all its versions, and cannot be changed any more: the next edit that one of them tells
becomes an article of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_OWN = """
UPDATE articles SET source_id = (SELECT min(source_id) FROM yields WHERE article_id = articles.id)
WHERE (SELECT count(*) FROM yields WHERE article_id = articles.id) = 1
"""
_ENTRY = """
(SELECT CASE sources.kind WHEN 'page' THEN 'page' ELSE items.key END
 FROM items JOIN sources ON sources.id = items.source_id
 WHERE items.article_id = articles.id AND items.source_id = articles.source_id AND items.outcome <> 'copy'
 ORDER BY items.at DESC, items.key LIMIT 1)
"""
_KEYS = f"UPDATE articles SET key = source_id || ':' || {_ENTRY} WHERE source_id IS NOT NULL AND {_ENTRY} IS NOT NULL"
_CHARACTERS = """
UPDATE articles SET characters = (
  SELECT coalesce(sum(length(text)), 0) FROM article_versions WHERE article_id = articles.id)
"""


def upgrade() -> None:
    op.add_column("articles", sa.Column("source_id", sa.Integer(), nullable=True))
    op.add_column("articles", sa.Column("twins", sa.Text(), nullable=True))
    op.add_column("articles", sa.Column("characters", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_articles_source_id", "articles", ["source_id"])
    op.create_index("ix_articles_twins", "articles", ["twins"])
    for statement in (_OWN, _KEYS, _CHARACTERS):
        op.execute(statement)
