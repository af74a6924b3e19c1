"""What each command of `python -m ingest` does. Each takes the settings and its words and returns an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.facts import COLLECTION_ID
from ingest.corpus.catalogue.sources import NO_GIVEN, Given, Source, SourceKind
from ingest.corpus.clock import format_utc
from ingest.corpus.owner import holder
from ingest.corpus.processes import Process
from ingest.errors import IndexHeldError, NotFoundError, SettingsError, SourceError
from ingest.pipeline import SourceReport
from ingest.registry import Registry
from ingest.reports import (
    SourceRow,
    article_text,
    event_line,
    progress,
    source_json,
    source_line,
    source_table,
    stage_line,
    status_json,
    status_lines,
)
from ingest.settings import IngestSettings
from ingest.terminal import print_error, print_json
from ingest.wiring import Corpus, make_pipeline, open_catalogue, open_corpus, open_documents, open_fetcher, utc_now
from ingest.work.upkeep import tend
from ingest.work.worker import Waiting, Worker

if TYPE_CHECKING:
    from ingest.indexing.indexer import Indexer

Command = Callable[[IngestSettings, Namespace], int]
INDEXING = ("bot", "bot chat", "ingest run")
"""Owners of the index that take up what other processes store."""


def add(settings: IngestSettings, words: Namespace) -> int:
    given = Given(title=words.title, published=words.published, source=words.source, url=words.url)
    kind = SourceKind(words.kind) if words.kind else None
    if given != NO_GIVEN and len(words.address) > 1:
        hint = "Add the files one by one: --title, --published, --source and --url describe a single one."
        raise SettingsError("wrong usage", " ".join(words.address), "these are several", hint=hint)
    failed = False
    with _registry(settings) as registry:
        for address in words.address:
            try:
                for source in registry.add(address, utc_now(), scope=words.scope, kind=kind, given=given):
                    print(f"{'added' if source.is_new else 'already known'}: {source.kind} {source.address}")
            except SourceError as error:
                print_error(error)
                failed = True
    return 1 if failed else 0


def run_ingest(settings: IngestSettings, words: Namespace) -> int:
    with ExitStack() as stack:
        corpus = _corpus_or_none(settings, stack)
        catalogue = corpus.catalogue if corpus else stack.enter_context(open_catalogue(settings))
        fetcher = stack.enter_context(open_fetcher(settings))
        documents = stack.enter_context(open_documents(settings))
        pipeline = make_pipeline(settings, catalogue, fetcher, documents)
        worker = Worker(catalogue, pipeline, corpus.indexer if corpus else None, settings.fetch_workers)
        if words.once or corpus is None:
            return _run_once(worker, corpus.indexer if corpus else None, everything=words.all)
        worker.stay(_stop_on_signals(), done=_tell_news)
    return 0


def _corpus_or_none(settings: IngestSettings, stack: ExitStack) -> Corpus | None:
    """The corpus with its index; without, when another process owns that: then this one reads once and ends."""
    try:
        return stack.enter_context(open_corpus(settings, "ingest run"))
    except IndexHeldError as error:
        owner = holder(settings.data_dir)
        if owner is not None and owner.command in INDEXING:
            who = "That process indexes what is stored here, within seconds."
        else:
            who = "That process does not index: what is stored here is indexed by the next `python -m ingest run`."
        print(f"{error}\n{who}", file=sys.stderr)
        return None


def _tell_news(report: SourceReport) -> None:
    """One line on a read that failed or found something."""
    if report.error is not None or report.counts:
        print(source_line(report), file=sys.stderr)


def _run_once(worker: Worker, indexer: Indexer | None, *, everything: bool) -> int:
    with progress("reading sources", total=None) as advance:
        reports = worker.read_due(once=True, everything=everything, done=lambda _: advance(1), waiting=_tell_once())
    for report in reports:
        _print_report(report)
    if not reports:
        print("nothing is due", file=sys.stderr)
    tend(worker.catalogue, utc_now)
    if indexer is not None:
        with progress("indexing", total=indexer.waiting) as advance:
            indexer.run(progress=advance)
    failed = sum(report.error is not None for report in reports)
    return 1 if reports and failed == len(reports) else 0


def _tell_once() -> Waiting:
    """Says whom a run waits for, once for each."""
    told: set[Process] = set()

    def tell(process: Process, sources: Sequence[Source]) -> None:
        if process not in told:
            more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
            print(f"waiting for {process}, which is reading {sources[0].address}{more}", file=sys.stderr)
        told.add(process)

    return tell


def _print_report(report: SourceReport) -> None:
    if report.error is not None:
        print_error(report.error)
        return
    print(source_line(report), file=sys.stderr)
    for error in report.item_errors:
        print(f"  {error}", file=sys.stderr)


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def list_sources(settings: IngestSettings, words: Namespace) -> int:
    with open_catalogue(settings) as catalogue:
        counts, alarms = catalogue.sources.article_counts(), catalogue.alarms.lasting()
        rows = [
            SourceRow(
                source, catalogue.sources.subscribed_scopes(source), counts.get(source.id, 0), alarms.get(source.id)
            )
            for source in catalogue.sources.all()
        ]
    if words.json:
        print_json(list(map(source_json, rows)))
    else:
        source_table(rows)
    return 0


def remove_source(settings: IngestSettings, words: Namespace) -> int:
    with _registry(settings) as registry:
        print(f"removed: {registry.remove(words.url).address}")
    return 0


def enable_source(settings: IngestSettings, words: Namespace) -> int:
    return _change_source(settings, words, "enabled", lambda c, s: c.sources.set_enabled(s, True))


def disable_source(settings: IngestSettings, words: Namespace) -> int:
    return _change_source(settings, words, "disabled", lambda c, s: c.sources.set_enabled(s, False))


def refresh_source(settings: IngestSettings, words: Namespace) -> int:
    return _change_source(settings, words, "due now", lambda c, s: c.sources.refresh(s, utc_now()))


def _change_source(
    settings: IngestSettings, words: Namespace, done: str, change: Callable[[Catalogue, Source], None]
) -> int:
    with _registry(settings) as registry:
        source = registry.find(words.url)
        change(registry.catalogue, source)
    print(f"{done}: {source.address}")
    return 0


def test_source(settings: IngestSettings, words: Namespace) -> int:
    with _registry(settings) as registry:
        preview = registry.test(words.url)
    print(f"{preview.kind} {preview.address}: {preview.title}")
    for title in preview.titles:
        print(f"  - {title}")
    return 0


def export_sources(settings: IngestSettings, _: Namespace) -> int:
    from ingest.parse.opml import Outline, write_opml

    with open_catalogue(settings) as catalogue:
        feeds = [s for s in catalogue.sources.all() if s.kind is SourceKind.FEED]
    print(write_opml((Outline(s.address, s.title or s.address) for s in feeds), "Verbatim"), end="")
    return 0


SOURCE_ACTIONS: tuple[tuple[str, Command, str], ...] = (
    ("remove", remove_source, "take a source away; its articles are hidden at once, and deleted after 30 days"),
    ("enable", enable_source, "read it again"),
    ("disable", disable_source, "leave it alone; its articles stay"),
    ("refresh", refresh_source, "make it due now, whatever changed"),
    ("test", test_source, "what would be read, with no change"),
    ("export", export_sources, "the feeds as OPML on stdout"),
)


def show(settings: IngestSettings, words: Namespace) -> int:
    with open_catalogue(settings) as catalogue:
        article = catalogue.articles.show(words.id, words.version)
    if article is None:
        which = words.id if words.version is None else f"{words.id} version {words.version}"
        raise NotFoundError("no such article", which, "it is not stored", hint="Ids stand in the JSON of answers.")
    if not words.json:
        print(article_text(article))
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
    """What an article can be called: its id, its address with or without tracking parameters, its file."""
    from ingest.parse.urls import canonical_url

    path = os.path.abspath(words)
    return words, canonical_url(words) or words, path, f"file:{path}"


def rebuild(settings: IngestSettings, _: Namespace) -> int:
    from ingest.indexing.rebuild import rebuild_index

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
    from ingest.corpus.embedding import prepare as prepare_model

    prepare_model(settings)
    return 0


@contextmanager
def _registry(settings: IngestSettings) -> Iterator[Registry]:
    with (
        open_catalogue(settings) as catalogue,
        open_fetcher(settings) as fetcher,
        open_documents(settings) as documents,
    ):
        yield Registry(catalogue, fetcher, documents)
