"""The command `run`: read due sources and index their articles, once or until it is stopped."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ingest.cli.reports import progress, source_line
from ingest.cli.terminal import print_error
from ingest.errors import IndexHeldError
from ingest.index.owner_lock import holder
from ingest.processes.identity import Process
from ingest.reading.pipeline import SourceReport
from ingest.reading.worker import Waiting, Worker
from ingest.settings import IngestSettings
from ingest.sources.models import Source
from ingest.wiring import Corpus, make_pipeline, open_catalogue, open_corpus, open_documents, open_fetcher

if TYPE_CHECKING:
    from ingest.index.indexer import Indexer

INDEXING = ("bot", "bot chat", "ingest run")
"""Commands that own the index and index what other processes store."""


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
    """The corpus with its index; None if another process owns the index, so that this one only reads."""
    try:
        return stack.enter_context(open_corpus(settings, "ingest run", replace_damaged=True))
    except IndexHeldError as error:
        owner = holder(settings.data_dir)
        if owner is not None and owner.command in INDEXING:
            who = "That process indexes what is stored here, within seconds."
        else:
            who = "That process does not index: what is stored here is indexed by the next `python -m ingest run`."
        print(f"{error}\n{who}", file=sys.stderr)
        return None


def _tell_news(report: SourceReport) -> None:
    """Print a line about a read that failed or found something."""
    if report.error is not None or report.counts:
        print(source_line(report), file=sys.stderr)


def _run_once(worker: Worker, indexer: Indexer | None, *, everything: bool) -> int:
    reports: list[SourceReport] = []
    with progress("reading sources", total=None) as advance:

        def done(report: SourceReport) -> None:
            reports.append(report)
            advance(1)

        worker.read_due(once=True, everything=everything, done=done, waiting=_tell_once())
    for report in reports:
        _print_report(report)
    if not reports:
        print("nothing is due", file=sys.stderr)
    worker.delete_expired()
    if indexer is not None:
        with progress("indexing", total=indexer.waiting) as advance:
            indexer.run(progress=advance)
    failed = sum(report.error is not None for report in reports)
    return 1 if reports and failed == len(reports) else 0


def _tell_once() -> Waiting:
    """Reports each process that a run waits for, once."""
    reported: set[Process] = set()

    def report(process: Process, sources: Sequence[Source]) -> None:
        if process not in reported:
            more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
            print(f"waiting for {process}, which is reading {sources[0].address}{more}", file=sys.stderr)
        reported.add(process)

    return report


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
