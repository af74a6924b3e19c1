"""The commands about one article (show, why, forget) and about all of them (status, rebuild, prepare)."""

from __future__ import annotations

import os
from argparse import Namespace

from ingest.catalogue.facts import COLLECTION_ID
from ingest.cli.reports import article_text, event_line, progress, stage_line, status_json, status_lines
from ingest.cli.terminal import print_json
from ingest.clock import format_utc, utc_now
from ingest.errors import NotFoundError
from ingest.settings import IngestSettings
from ingest.wiring import open_catalogue


def show(settings: IngestSettings, words: Namespace) -> int:
    with open_catalogue(settings) as catalogue:
        article = catalogue.articles.show(words.id, words.version)
        further_urls = catalogue.articles.further_urls(words.id)
    if article is None:
        which = words.id if words.version is None else f"{words.id} version {words.version}"
        raise NotFoundError("no such article", which, "it is not stored", hint="Ids are in the JSON of answers.")
    if not words.json:
        print(article_text(article, further_urls))
        return 0
    card = article.card
    published = format_utc(card.published_at) if card.published_at else None
    print_json(
        {
            "id": card.id,
            "url": card.url,
            "title": card.title,
            "source": card.source,
            "author": card.author,
            "published_at": published,
            "fetched_at": format_utc(article.fetched_at),
            "version": card.version,
            "text": article.text,
        }
    )
    return 0


def why(settings: IngestSettings, words: Namespace) -> int:
    names = _names(words.url)
    with open_catalogue(settings) as catalogue:
        events = catalogue.sources.history(names)
        ids = catalogue.articles.named(names)
        stored = [catalogue.backlog.stage(article_id, catalogue.facts.get(COLLECTION_ID)) for article_id in ids]
    if not events and not ids:
        hint = "Is its source among `python -m ingest sources`, and was it read?"
        raise NotFoundError("nothing is known of", words.url, "no source ever yielded it", hint=hint)
    for line in [*map(event_line, events), *map(stage_line, stored)]:
        print(line)
    return 0


def forget(settings: IngestSettings, words: Namespace) -> int:
    with open_catalogue(settings) as catalogue:
        ids = catalogue.articles.named(_names(words.url))
        if not ids:
            raise NotFoundError("no such article", words.url, "it is not stored", hint="Give its address or its id.")
        for article_id in ids:
            catalogue.articles.forget(article_id, utc_now())
    print(f"forgotten: {words.url}")
    return 0


def _names(words: str) -> tuple[str, ...]:
    """Possible names of an article: its id, its address with or without tracking parameters, its file."""
    from ingest.parse.urls import canonical_url

    path = os.path.abspath(words)
    return words, canonical_url(words) or words, path, f"file:{path}"


def rebuild(settings: IngestSettings, _: Namespace) -> int:
    from ingest.index.collection import rebuild_index

    with progress("indexing", total=None) as advance:
        count = rebuild_index(settings, advance)
    print(f"rebuilt: {count} chunks")
    return 0


def status(settings: IngestSettings, words: Namespace) -> int:
    report = status_json(settings)
    if words.json:
        print_json(report)
    else:
        print("\n".join(status_lines(report)))
    return 0


def prepare(settings: IngestSettings, _: Namespace) -> int:
    from ingest.embedding.encoders import prepare as prepare_model

    prepare_model(settings)
    if settings.rerank_model:
        from ingest.embedding.reranker_export import open_reranker

        open_reranker(settings.rerank_model, settings.model_cache)
    return 0
