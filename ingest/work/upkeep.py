"""What has to be done once in a while for a corpus that is left alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from ingest.corpus.catalogue import Catalogue
from ingest.pipeline import Clock

log = logging.getLogger(__name__)

KEPT_UNSEEN = timedelta(days=30)
"""How long articles stay that no scope sees: a source that was removed by mistake brings them back."""

KEPT_REPLACED = timedelta(days=120)
"""How long a text stays that was replaced by a newer version and that nobody's quote is of."""


def tend(catalogue: Catalogue, now: Clock, stop: Callable[[], bool] = lambda: False) -> None:
    """Delete what is of no use to anybody any more, a part at a time; `stop` is asked between parts."""
    catalogue.removal.note_unseen(now())
    deleted = 0
    while not stop() and (part := catalogue.removal.delete_unseen(now() - KEPT_UNSEEN)):
        deleted += part
    while not stop() and (part := catalogue.removal.delete_unlinked()):
        deleted += part
    if deleted:
        log.info("deleted %d articles that nobody could see any more", deleted)
    if not stop() and (replaced := catalogue.removal.delete_old_versions(now() - KEPT_REPLACED)):
        log.info("deleted %d old versions of articles", replaced)
