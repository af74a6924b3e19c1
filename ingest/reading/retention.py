"""How long articles and their versions are kept, and deleting what has expired."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from ingest.catalogue import Catalogue
from ingest.clock import Clock

log = logging.getLogger(__name__)

KEPT_UNSEEN = timedelta(days=30)
"""How long articles are kept that no scope sees. Until then, adding the source again brings them back."""

KEPT_REPLACED = timedelta(days=120)
"""How long a replaced version is kept that no quote points at."""


def delete_expired(catalogue: Catalogue, now: Clock, stop: Callable[[], bool] = lambda: False) -> None:
    """Delete expired articles and versions in batches; `stop` is checked between batches."""
    catalogue.removal.note_unseen(now())
    deleted = 0
    while not stop() and (part := catalogue.removal.delete_unseen(now() - KEPT_UNSEEN)):
        deleted += part
    while not stop() and (part := catalogue.removal.delete_unlinked()):
        deleted += part
    if deleted:
        log.info("deleted %d articles that no scope could see any more", deleted)
    if not stop() and (replaced := catalogue.removal.delete_old_versions(now() - KEPT_REPLACED)):
        log.info("deleted %d old versions of articles", replaced)
