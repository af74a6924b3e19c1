"""Rebuilds the vector index from the catalogue: fill a new collection, switch to it, delete the old one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION
from ingest.embedding.encoders import open_encoder
from ingest.index.collection import remember_collection
from ingest.index.indexer import Indexer
from ingest.index.owner_lock import own_index
from ingest.index.vector_index import VectorIndex
from ingest.settings import IngestSettings


def rebuild_index(settings: IngestSettings, progress: Callable[[int], None]) -> int:
    """Index every chunk into a new collection and switch to it.

    If it is killed half-way, the old collection stays in use, and what was marked for the new one is done again.

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
        )
        stack.callback(index.close)
        count = Indexer(catalogue, encoder, index).run(progress)
        old = catalogue.facts.get(COLLECTION)
        remember_collection(catalogue, index)
        if old:
            index.drop(old)
        index.drop_others()
        return count
