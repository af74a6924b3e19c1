"""The composition root: builds the parts that the settings call for, and opens and closes them in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ingest.catalogue import Catalogue
from ingest.catalogue.quotas import Limits
from ingest.clock import utc_now

if TYPE_CHECKING:
    from ingest.embedding.encoders import Encoder
    from ingest.fetch import Fetcher, Poster
    from ingest.index.indexer import Indexer
    from ingest.index.vector_index import VectorIndex
    from ingest.parse.documents import Documents
    from ingest.reading.pipeline import Pipeline
    from ingest.search.search import Reranker, Search
    from ingest.settings import IngestSettings


@dataclass(frozen=True, slots=True)
class Searchable:
    """An open corpus, for searching."""

    catalogue: Catalogue
    search: Search


@dataclass(frozen=True, slots=True)
class Corpus(Searchable):
    """An open corpus with the index in this process, for searching and indexing."""

    encoder: Encoder
    index: VectorIndex
    indexer: Indexer


def open_catalogue(settings: IngestSettings, *, for_search: bool = False) -> Catalogue:
    """Open the catalogue alone, for commands that do not need the index.

    Raises:
        CatalogueError: see `Catalogue.open`.
    """
    return Catalogue.open(settings.catalogue_url, for_search=for_search)


@contextmanager
def open_corpus(settings: IngestSettings, command: str, *, replace_damaged: bool = False) -> Iterator[Corpus]:
    """Open the catalogue and its index, which this process owns until the end of the `with` block.

    Args:
        command: what this process runs, shown to processes that find the index in use.
        replace_damaged: see `open_index`.

    Raises:
        IndexHeldError: another process owns the embedded index.
        CatalogueError, VectorIndexError, ModelMismatchError, EmbeddingError: a part cannot be opened.
    """
    from ingest.catalogue.leases import Leaseholder
    from ingest.embedding.encoders import open_encoder
    from ingest.index.collection import open_index
    from ingest.index.indexer import Indexer
    from ingest.index.owner_lock import own_index
    from ingest.search.search import Search

    with ExitStack() as stack:
        if not settings.chroma_url:
            stack.enter_context(own_index(settings.data_dir, command))
        catalogue = stack.enter_context(open_catalogue(settings, for_search=True))
        encoder = open_encoder(settings)
        index = open_index(settings, catalogue, encoder.fingerprint, replace_damaged=replace_damaged)
        stack.callback(index.close)
        search = Search(catalogue, encoder, index, reranker=_open_reranker(settings))
        leases = Leaseholder(catalogue.leases, command, utc_now) if settings.chroma_url else None
        yield Corpus(catalogue, search, encoder, index, Indexer(catalogue, encoder, index, leases))


@contextmanager
def open_with_remote_index(
    settings: IngestSettings, command: str, hidden: Collection[str] = ()
) -> Iterator[Searchable]:
    """The same for a process with an event loop: the index is open in a child process, which also indexes.

    Args:
        hidden: names of environment variables that the child must not see.

    Raises:
        As `open_corpus` does.
    """
    from ingest.embedding.encoders import open_encoder
    from ingest.index.owner_lock import own_index
    from ingest.index.remote_index import RemoteIndex
    from ingest.search.search import Search

    with ExitStack() as stack:
        owner = stack.enter_context(own_index(settings.data_dir, command))
        index = stack.enter_context(closing(RemoteIndex(settings, owner, hidden)))
        # Both happen while the other process starts.
        catalogue = stack.enter_context(open_catalogue(settings, for_search=True))
        encoder = open_encoder(settings)
        index.open(encoder.fingerprint)
        yield Searchable(catalogue, Search(catalogue, encoder, index, reranker=_open_reranker(settings)))


def _open_reranker(settings: IngestSettings) -> Reranker | None:
    if not settings.rerank_model:
        return None
    from ingest.embedding.reranker_export import open_reranker

    return open_reranker(settings.rerank_model, settings.model_cache)


@contextmanager
def open_with_server_index(settings: IngestSettings) -> Iterator[Searchable]:
    """The same for a process beside others that index, on a Chroma server, which may be down now and later.

    Raises:
        CatalogueError, ModelMismatchError, EmbeddingError, SettingsError: a part cannot be opened.
    """
    from ingest.embedding.encoders import open_encoder
    from ingest.index.server_index import ServerIndex
    from ingest.search.search import Search

    with open_catalogue(settings, for_search=True) as catalogue:
        encoder = open_encoder(settings)
        with closing(ServerIndex(settings, catalogue, encoder.fingerprint)) as index:
            yield Searchable(catalogue, Search(catalogue, encoder, index, reranker=_open_reranker(settings)))


@contextmanager
def open_beside_owner(settings: IngestSettings) -> Iterator[Searchable]:
    """The same for a process beside the one that owns the embedded index, whose index worker is asked.

    Raises:
        CatalogueError, EmbeddingError, SettingsError: a part cannot be opened.
    """
    from ingest.embedding.encoders import open_encoder
    from ingest.index.shared_index import SharedIndex
    from ingest.search.search import Search

    with open_catalogue(settings, for_search=True) as catalogue, closing(SharedIndex(settings.data_dir)) as index:
        yield Searchable(catalogue, Search(catalogue, open_encoder(settings), index, reranker=_open_reranker(settings)))


def open_fetcher(settings: IngestSettings) -> Fetcher:
    """The only way out to the network. Close it after use."""
    from ingest.fetch import Fetcher

    return Fetcher(
        allow_hosts=settings.ingest_allow_hosts,
        timeout_s=settings.fetch_timeout_s,
        max_bytes=settings.fetch_max_bytes,
    )


def open_poster(settings: IngestSettings) -> Poster:
    """The way out for messages to webhooks, with the same guards. Close it after use."""
    from ingest.fetch import Poster

    return Poster(allow_hosts=settings.ingest_allow_hosts)


@contextmanager
def open_documents(settings: IngestSettings) -> Iterator[Documents]:
    """Parsers for documents from outside, in child processes that are started when needed."""
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
    """The limits of a guild's own sources."""
    return Limits(settings.guild_max_sources, settings.guild_new_articles_per_day, settings.guild_max_characters)


def make_pipeline(settings: IngestSettings, catalogue: Catalogue, fetcher: Fetcher, documents: Documents) -> Pipeline:
    """The ingest pipeline over an open catalogue; `documents` parses what comes from outside."""
    from ingest.fetch import PoliteFetcher
    from ingest.reading.pipeline import Pipeline
    from ingest.reading.readers.web import FeedReader, PageReader

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
        kept_for=timedelta(days=settings.retention_days) if settings.retention_days else None,
        most_articles=settings.retention_max_articles,
    )
