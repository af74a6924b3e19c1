"""How often a source brings something new, learned from the dates of what it brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median

from sqlalchemy import Connection, func, select

from ingest.catalogue.dialect import in_keys
from ingest.catalogue.schema import articles, yields

LOOKED_AT = 20
"""Newest articles of a source from which its interval is computed."""
FEWEST = 4
"""With fewer articles there is no interval."""


_DATES = (
    select(
        yields.c.source_id,
        articles.c.effective_at,
        func.row_number().over(partition_by=yields.c.source_id, order_by=articles.c.effective_at.desc()).label("nth"),
    )
    .join(articles, articles.c.id == yields.c.article_id)
    .where(in_keys(yields.c.source_id, "ids"))
    .subquery()
)
_NEWEST = (
    select(_DATES.c.source_id, _DATES.c.effective_at)
    .where(_DATES.c.nth <= LOOKED_AT)
    .order_by(_DATES.c.source_id, _DATES.c.nth)
)


def usual_gaps_s(connection: Connection, source_ids: Sequence[int]) -> dict[int, int]:
    """The median time between two articles of each source, in seconds; without sources that have too few of them."""
    rows = connection.execute(_NEWEST, {"ids": source_ids}) if source_ids else ()
    dates = {source_id: [row.effective_at for row in found] for source_id, found in groupby(rows, itemgetter(0))}
    return {source_id: _median_gap_s(newest) for source_id, newest in dates.items() if len(newest) >= FEWEST}


def _median_gap_s(dates: Sequence[datetime]) -> int:
    """The median gap between times, newest first."""
    return round(float(median((later - earlier).total_seconds() for later, earlier in pairwise(dates))))
