"""The effects of reading a source, in their order; decides nothing.

    due source | reader (fetch, parse) | to_record (clean, segment, chunk) | keep: articles, notes, outcome
                        \\ SourceError                                               \\ note the failure

One bad entry never stops a source, one bad source never stops a run; a bug does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.readings import Entry
from ingest.corpus.catalogue.sources import Item, Source, SourceKind, Success
from ingest.decide import Decision
from ingest.errors import SourceError
from ingest.parse.documents import Documents, ParsersHere
from ingest.readers.local import read_local
from ingest.readers.models import Found, Reading, Unread
from ingest.readers.web import FeedReader, PageReader
from ingest.record import to_record
from ingest.schedule import due_after_failure, due_after_success

Clock = Callable[[], datetime]

KEPT_TOGETHER = 32
KEPT_WITHIN = timedelta(seconds=2)
KEPT_CHARACTERS = 500_000
"""Entries of a source that go into one transaction: at most this many, this old, this long."""
NOTED_TOGETHER = 200
NOTED_WITHIN_S = 1.0
"""Sources whose reads found nothing changed that are noted in one transaction: at most this many, this old."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one read of one source did: how many entries were new, changed, same, failed; or why it failed."""

    source: Source
    counts: Counter[str] = field(default_factory=Counter)
    error: SourceError | None = None
    item_errors: tuple[SourceError, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Reads sources into the catalogue. Thread-safe: several sources are read at the same time."""

    catalogue: Catalogue
    feeds: FeedReader
    pages: PageReader
    interval: timedelta
    now: Clock
    documents: Documents = field(default_factory=ParsersHere)

    def run(
        self,
        sources: Sequence[Source],
        workers: int,
        done: Callable[[SourceReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[SourceReport]:
        """Read all of them, `workers` at a time; `done` hears of each as it ends, `stop` is asked between entries.

        That nothing had changed is noted for many sources at once, within a second: who is killed before asks again.
        """
        ended: SimpleQueue[Future[_Read]] = SimpleQueue()
        unchanged: list[tuple[Source, Success]] = []
        reports: list[SourceReport] = []
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="reader") as pool:
            for source in sources:
                pool.submit(self._read, source, stop).add_done_callback(ended.put)
            try:
                while len(reports) < len(sources):
                    read = self._next(ended, unchanged)
                    unchanged += [(read.report.source, read.unchanged)] if read.unchanged else []
                    reports.append(read.report)
                    done(read.report)
            finally:
                self.catalogue.sources.record_successes(unchanged)
        return reports

    def _next(self, ended: SimpleQueue[Future[_Read]], unchanged: list[tuple[Source, Success]]) -> _Read:
        """The next read that ended; what was unchanged is noted when there is much of it, or time for it."""
        while True:
            try:
                future = ended.get(timeout=NOTED_WITHIN_S) if len(unchanged) < NOTED_TOGETHER else None
            except Empty:
                future = None
            if future is not None:
                return future.result()
            self.catalogue.sources.record_successes(unchanged)
            unchanged.clear()

    def read(self, source: Source, stop: Callable[[], bool] = lambda: False) -> SourceReport:
        """Read one source and leave its outcome in the catalogue; stopped half-way, it stays due."""
        read = self._read(source, stop)
        if read.unchanged is not None:
            self.catalogue.sources.record_success(source, read.unchanged)
        return read.report

    def _read(self, source: Source, stop: Callable[[], bool]) -> _Read:
        """All of it, but the note that nothing had changed."""
        if stop():
            return _Read(SourceReport(source))
        try:
            reading = self._open(source)
        except SourceError as error:
            self._note_failure(source, error)
            return _Read(SourceReport(source, error=error))
        if reading.unchanged:
            return _Read(SourceReport(source), self._success(source, reading))
        return _Read(self._take(source, reading, stop))

    def _open(self, source: Source) -> Reading:
        if source.kind is SourceKind.FEED:
            return self.feeds.read(source, lambda: self.catalogue.sources.seen(source))
        if source.kind is SourceKind.PAGE:
            return self.pages.read(source)
        return read_local(source, self.documents)

    def _take(self, source: Source, reading: Reading, stop: Callable[[], bool]) -> SourceReport:
        """Keep what was found, some entries at a time, and with the last of them how the read ended."""
        counts: Counter[str] = Counter()
        errors: list[SourceError] = []
        batch: list[Entry] = []
        stopped = False
        for finding in reading.findings:
            batch.append(self._entry(finding))
            errors += [finding.error] if isinstance(finding, Unread) and finding.error else []
            if stopped := stop():
                break
            if _is_full(batch):
                counts.update(self._keep(source, batch))
                batch = []
        found_new = counts[Decision.NEW] > 0
        if source.kind is SourceKind.FEED:
            reading = _to_be_read_again(reading, errors)
        success = None if stopped else self._success(source, reading, found_new=found_new)
        counts.update(self._keep(source, batch, success))
        return SourceReport(source, counts, item_errors=tuple(errors))

    def _entry(self, finding: Found | Unread) -> Entry:
        if isinstance(finding, Unread):
            outcome = "left out" if finding.error is None else "failed"
            return Entry(Item(finding.item, finding.url, finding.title, outcome, finding.why))
        record = to_record(finding.article, finding.key, self.now())
        return Entry(Item(finding.item, record.url, record.title, "", finding.detail), record)

    def _keep(self, source: Source, batch: Sequence[Entry], success: Success | None = None) -> list[str]:
        return [item.outcome for item in self.catalogue.readings.keep(source, batch, self.now(), success)]

    def _success(self, source: Source, reading: Reading, *, found_new: bool = False) -> Success:
        now = self.now()
        return Success(
            at=now,
            due_at=due_after_success(
                now,
                self.interval,
                local=source.kind.is_local,
                usual_gap_s=source.usual_gap_s,
                fresh_for_s=reading.fresh_for_s,
            ),
            found_new=found_new,
            title=reading.title,
            address=reading.moved_to,
            etag=reading.etag,
            last_modified=reading.last_modified,
            content_sha256=reading.content_sha256,
        )

    def _note_failure(self, source: Source, error: SourceError) -> None:
        now = self.now()
        wish = None if error.retry_after_s is None else timedelta(seconds=error.retry_after_s)
        due = due_after_failure(now, self.interval, source.failures, wish, local=source.kind.is_local)
        self.catalogue.sources.record_failure(source, error, now, due)


@dataclass(frozen=True, slots=True)
class _Read:
    """A read that ended. `unchanged` has yet to be noted: the outcome of one that found nothing changed."""

    report: SourceReport
    unchanged: Success | None = None


def _to_be_read_again(reading: Reading, errors: Sequence[SourceError]) -> Reading:
    """Without what would let the feed say "nothing changed" while an entry of it waits to be tried again."""
    if any(error.retryable for error in errors):
        reading = replace(reading, etag="", last_modified="")
    return replace(reading, content_sha256="") if errors else reading


def _is_full(batch: Sequence[Entry]) -> bool:
    """Whether it is time for a transaction: for the memory that the texts take, and for who reads them."""
    records = [entry.record for entry in batch if entry.record is not None]
    waited = records[-1].fetched_at - records[0].fetched_at if records else timedelta(0)
    return len(batch) >= KEPT_TOGETHER or waited >= KEPT_WITHIN or sum(len(r.text) for r in records) >= KEPT_CHARACTERS
