"""The composition root: which parts a setting means, and in which order they open and close."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.facts import COLLECTION, COLLECTION_ID
from ingest.corpus.catalogue.quotas import Limits

if TYPE_CHECKING:
    from ingest.corpus.embedding import Encoder
    from ingest.corpus.fingerprint import ModelFingerprint
    from ingest.corpus.index import VectorIndex
    from ingest.corpus.search import Reranker, Search
    from ingest.fetch import Fetcher
    from ingest.indexing.indexer import Indexer
    from ingest.parse.documents import Documents
    from ingest.pipeline import Pipeline
    from ingest.settings import IngestSettings


@dataclass(frozen=True, slots=True)
class Searchable:
    """An open corpus as those see it who ask."""

    catalogue: Catalogue
    search: Search


@dataclass(frozen=True, slots=True)
class Corpus(Searchable):
    """The same with the index open in this process, and what works on it."""

    encoder: Encoder
    index: VectorIndex
    indexer: Indexer


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_catalogue(settings: IngestSettings, *, for_search: bool = False) -> Catalogue:
    """The catalogue; alone for commands that never need the index.

    Raises:
        CatalogueError: see `Catalogue.open`.
    """
    return Catalogue.open(settings.catalogue_url, for_search=for_search)


@contextmanager
def open_corpus(settings: IngestSettings, command: str) -> Iterator[Corpus]:
    """The catalogue with its index, which this process owns until the end of the `with` block.

    Args:
        command: what this process is, told to others who find the index held.

    Raises:
        IndexHeldError: another process owns the embedded index.
        CatalogueError, VectorIndexError, ModelMismatchError, EmbeddingError: a part cannot be opened.
    """
    from ingest.corpus.embedding import open_encoder
    from ingest.corpus.owner import own_index
    from ingest.corpus.search import Search
    from ingest.indexing.indexer import Indexer
    from ingest.work.leasing import Leaseholder

    with ExitStack() as stack:
        if not settings.chroma_url:
            stack.enter_context(own_index(settings.data_dir, command))
        catalogue = stack.enter_context(open_catalogue(settings, for_search=True))
        encoder = open_encoder(settings)
        index = open_index(settings, catalogue, encoder.fingerprint)
        stack.callback(index.close)
        search = Search(catalogue, encoder, index, reranker=_open_reranker(settings))
        leases = Leaseholder(catalogue, command, utc_now) if settings.chroma_url else None
        yield Corpus(catalogue, search, encoder, index, Indexer(catalogue, encoder, index, leases))


@contextmanager
def open_apart(settings: IngestSettings, command: str, hidden: Collection[str] = ()) -> Iterator[Searchable]:
    """The same with the index in a process of its own, which also takes up what is embedded: for an event loop.

    Args:
        hidden: names of environment variables that the other process must not see.

    Raises:
        As `open_corpus` does.
    """
    from ingest.apart import IndexApart
    from ingest.corpus.embedding import open_encoder
    from ingest.corpus.owner import own_index
    from ingest.corpus.search import Search

    with ExitStack() as stack:
        owner = stack.enter_context(own_index(settings.data_dir, command))
        index = stack.enter_context(closing(IndexApart(settings, owner, hidden)))
        # Both while the other process starts.
        catalogue = stack.enter_context(open_catalogue(settings, for_search=True))
        encoder = open_encoder(settings)
        index.open(encoder.fingerprint)
        yield Searchable(catalogue, Search(catalogue, encoder, index, reranker=_open_reranker(settings)))


def _open_reranker(settings: IngestSettings) -> Reranker | None:
    if not settings.rerank_model:
        return None
    from ingest.corpus.cross_encoder import CrossEncoder

    return CrossEncoder(settings.rerank_model)


def open_index(settings: IngestSettings, catalogue: Catalogue, model: ModelFingerprint) -> VectorIndex:
    """The collection that the catalogue names. Where it is gone, a new one; of two processes' new ones, the first.

    Raises:
        VectorIndexError, ModelMismatchError: it cannot be opened, or holds vectors of another model.
    """
    from ingest.corpus.index import VectorIndex

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
    """Note which collection is in use; chunks marked with another one's id are in the backlog from now on."""
    for name, value in ((COLLECTION, index.name), (COLLECTION_ID, index.collection_id)):
        if catalogue.facts.get(name) != value:
            catalogue.facts.set(name, value)


def open_fetcher(settings: IngestSettings) -> Fetcher:
    """The only way out to the network. Close it after use."""
    from ingest.fetch import Fetcher

    return Fetcher(
        allow_hosts=settings.ingest_allow_hosts,
        timeout_s=settings.fetch_timeout_s,
        max_bytes=settings.fetch_max_bytes,
    )


@contextmanager
def open_documents(settings: IngestSettings) -> Iterator[Documents]:
    """The parsers of what comes from outside, in processes of their own that are started when they are needed."""
    from ingest.sandbox import Sandbox

    sandbox = Sandbox(
        workers=settings.parse_workers,
        timeout_s=settings.parse_timeout_s,
        memory_bytes=settings.parse_max_bytes,
    )
    try:
        yield sandbox
    finally:
        sandbox.close()


def limits_of(settings: IngestSettings) -> Limits:
    """What a guild's own sources may take."""
    return Limits(settings.guild_max_sources, settings.guild_new_articles_per_day, settings.guild_max_characters)


def make_pipeline(settings: IngestSettings, catalogue: Catalogue, fetcher: Fetcher, documents: Documents) -> Pipeline:
    """The ingest pipeline over an open catalogue; `documents` parses what comes from outside."""
    from ingest.fetch import PoliteFetcher
    from ingest.pipeline import Pipeline
    from ingest.readers.web import FeedReader, PageReader

    polite = PoliteFetcher(fetcher, per_host=settings.fetch_per_host)
    return Pipeline(
        catalogue=catalogue,
        feeds=FeedReader(polite, settings.feed_first_items, documents),
        pages=PageReader(polite, documents),
        documents=documents,
        interval=timedelta(seconds=settings.poll_interval_s),
        now=utc_now,
        longest_text=settings.article_max_characters,
        limits=limits_of(settings),
    )
