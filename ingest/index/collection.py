"""Which collection of the vector store is in use (the catalogue names it), and how a new one is built."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack

from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION, COLLECTION_ID
from ingest.embedding.encoders import open_encoder
from ingest.embedding.fingerprint import ModelFingerprint
from ingest.errors import ModelMismatchError, VectorIndexError
from ingest.index.chroma import Account
from ingest.index.indexer import Indexer
from ingest.index.owner_lock import own_index
from ingest.index.vector_index import VectorIndex
from ingest.settings import IngestSettings

log = logging.getLogger(__name__)


def account_of(settings: IngestSettings, timeout_s: float | None = None) -> Account:
    """Whose collections of a Chroma server the settings mean."""
    key = settings.chroma_api_key.get_secret_value()
    return Account(settings.chroma_tenant, settings.chroma_database, key, timeout_s)


def open_index(
    settings: IngestSettings,
    catalogue: Catalogue,
    model: ModelFingerprint,
    timeout_s: float | None = None,
    *,
    replace_damaged: bool = False,
) -> VectorIndex:
    """Open the collection that the catalogue names, or a new one if it is gone. Of two processes, the first wins.

    Args:
        timeout_s: see `Account`.
        replace_damaged: open a new one too if an embedded one cannot be read; for those who will fill it again.

    Raises:
        VectorIndexError, ModelMismatchError: it cannot be opened, or holds vectors of another model.
    """

    def opened(collection: str | None) -> VectorIndex:
        return VectorIndex.open(
            data_dir=settings.data_dir,
            chroma_url=settings.chroma_url,
            collection=collection,
            fingerprint=model,
            account=account_of(settings, timeout_s),
        )

    known = catalogue.facts.get(COLLECTION)
    try:
        index = opened(known)
    except ModelMismatchError:
        raise
    except VectorIndexError as error:
        if settings.chroma_url or not replace_damaged or known is None:
            raise
        log.error("%s. A new index is made from the catalogue.", error)
        index = opened(None)
    if known is None and (first := catalogue.facts.claim(COLLECTION, index.name)) != index.name:
        ours, index = index, opened(first)
        index.drop(ours.name)
        ours.close()
    remember_collection(catalogue, index)
    return index


def remember_collection(catalogue: Catalogue, index: VectorIndex) -> None:
    """Record which collection is in use; chunks marked with another id then belong to the backlog."""
    for name, value in ((COLLECTION, index.name), (COLLECTION_ID, index.collection_id)):
        if catalogue.facts.get(name) != value:
            catalogue.facts.set(name, value)


def rebuild_index(settings: IngestSettings, progress: Callable[[int], None]) -> int:
    """Index every chunk into a new collection and switch to it.

    If it is killed half-way, the old collection stays in use, and the work is done again.

    Returns:
        How many chunks the new collection holds.

    Raises:
        IndexHeldError: another process owns the embedded index.
    """
    with ExitStack() as stack:
        if not settings.chroma_url:
            stack.enter_context(own_index(settings.data_dir, "ingest rebuild"))
        catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url))
        encoder = open_encoder(settings)
        index = VectorIndex.open(
            data_dir=settings.data_dir,
            chroma_url=settings.chroma_url,
            collection=None,
            fingerprint=encoder.fingerprint,
            account=account_of(settings),
        )
        stack.callback(index.close)
        count = Indexer(catalogue, encoder, index).run(progress)
        old = catalogue.facts.get(COLLECTION)
        remember_collection(catalogue, index)
        if old:
            index.drop(old)
        index.drop_others()
        return count
