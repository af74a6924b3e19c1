"""What a digest was made from: the footer that tells a reader what it could not see."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.digest.models import Coverage
from ingest.corpus.catalogue import Catalogue

SILENT_AFTER = timedelta(days=30)
"""A source that was read well and brought nothing new for this long is called silent."""


def coverage(catalogue: Catalogue, scopes: tuple[str, ...], articles: int, until: datetime) -> Coverage:
    """The health of the sources that any of `scopes` sees.

    Args:
        articles: how many articles were read for the digest.
        until: the end of the digest's window; a source that was not there yet was not silent in it.
    """
    sources = [source for source in catalogue.sources.all(scopes) if source.enabled]
    failed = [source for source in sources if source.failure_kind]
    well = [source for source in sources if source.succeeded_at and not source.failure_kind]
    newest = {source.id: source.new_item_at or source.added_at for source in well}
    silent = [source for source in well if until - newest[source.id] > SILENT_AFTER]
    checked = [source for source in sources if source.checked_at]
    return Coverage(len(sources), len(checked), len(failed), len(silent), articles)
