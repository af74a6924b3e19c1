"""What a digest was made from: the footer that tells a reader what it could not see."""

from __future__ import annotations

from datetime import datetime

from bot.digest.models import Coverage
from ingest.catalogue import Catalogue
from ingest.sources.health import Health, health_of


def coverage(catalogue: Catalogue, scopes: tuple[str, ...], articles: int, until: datetime) -> Coverage:
    """The health of the sources that any of `scopes` sees.

    Args:
        articles: how many articles were read for the digest.
        until: the end of the digest's window; a source that was not there yet was not silent in it.
    """
    sources = [source for source in catalogue.sources.all(scopes) if source.enabled]
    failed = [source for source in sources if source.failure_kind]
    silent = [source for source in sources if health_of(source, until) is Health.SILENT]
    checked = [source for source in sources if source.checked_at]
    return Coverage(len(sources), len(checked), len(failed), len(silent), articles)
