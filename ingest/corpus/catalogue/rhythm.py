"""How often a source brings something new, learned from the dates of what it brought."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, bindparam, select

from ingest.corpus.schema import articles, yields

LOOKED_AT = 20
"""Newest articles of a source that tell its rhythm."""
FEWEST = 4
"""Fewer articles than this tell nothing."""


_NEWEST = (
    select(articles.c.effective_at)
    .join(yields, yields.c.article_id == articles.c.id)
    .where(yields.c.source_id == bindparam("source"))
    .order_by(articles.c.effective_at.desc())
    .limit(LOOKED_AT)
)


def usual_gap_s(connection: Connection, source_id: int) -> int | None:
    """The median time between two articles of a source, in seconds; None where there are too few of them."""
    dates = list(connection.execute(_NEWEST, {"source": source_id}).scalars())
    if len(dates) < FEWEST:
        return None
    return round(float(median((later - earlier).total_seconds() for later, earlier in pairwise(dates))))
