"""Which collection of the vector store is in use: the catalogue names it."""

from __future__ import annotations

from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION, COLLECTION_ID
from ingest.embedding.fingerprint import ModelFingerprint
from ingest.index.vector_index import VectorIndex
from ingest.settings import IngestSettings


def open_index(settings: IngestSettings, catalogue: Catalogue, model: ModelFingerprint) -> VectorIndex:
    """Open the collection that the catalogue names, or a new one if it is gone. Of two processes, the first wins.

    Raises:
        VectorIndexError, ModelMismatchError: it cannot be opened, or holds vectors of another model.
    """

    def opened(collection: str | None) -> VectorIndex:
        return VectorIndex.open(
            data_dir=settings.data_dir,
            chroma_url=settings.chroma_url,
            collection=collection,
            fingerprint=model,
        )

    known = catalogue.facts.get(COLLECTION)
    index = opened(known)
    if known is None and (first := catalogue.facts.claim(COLLECTION, index.name)) != index.name:
        ours, index = index, opened(first)
        index.drop(ours.name)
        ours.close()
    remember_collection(catalogue, index)
    return index


def remember_collection(catalogue: Catalogue, index: VectorIndex) -> None:
    """Record which collection is in use; chunks marked with another id are in the backlog from now on."""
    for name, value in ((COLLECTION, index.name), (COLLECTION_ID, index.collection_id)):
        if catalogue.facts.get(name) != value:
            catalogue.facts.set(name, value)
