"""The effects of reading a source, in their order; decides nothing.

    due source | reader (fetch, parse) | to_record (clean, segment, chunk) | store | note the item | note the reading
                        \\ SourceError                                                              \\ note the failure

One bad entry never stops a source, one bad source never stops a run; a bug does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.sources import Item, Source, SourceKind, Success
from ingest.decide import Decision
from ingest.errors import SourceError
from ingest.readers.local import read_local
from ingest.readers.models import Found, Reading, Unread
from ingest.readers.web import FeedReader, PageReader
from ingest.record import to_record
from ingest.schedule import due_after_failure, due_after_success

Clock = Callable[[], datetime]


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

    def run(
        self,
        sources: Sequence[Source],
        workers: int,
        done: Callable[[SourceReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[SourceReport]:
        """Read all of them, `workers` at a time; `done` hears of each as it ends, `stop` is asked between entries."""
        reports = []
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="reader") as pool:
            for future in as_completed([pool.submit(self.read, source, stop) for source in sources]):
                reports.append(future.result())
                done(reports[-1])
        return reports

    def read(self, source: Source, stop: Callable[[], bool] = lambda: False) -> SourceReport:
        """Read one source and leave its outcome in the catalogue; stopped half-way, it stays due."""
        if stop():
            return SourceReport(source)
        try:
            reading = self._open(source)
        except SourceError as error:
            self._note_failure(source, error)
            return SourceReport(source, error=error)
        counts: Counter[str] = Counter()
        errors: list[SourceError] = []
        for finding in reading.findings:
            outcome, problem = self._take(source, finding)
            counts[outcome] += 1
            if problem is not None:
                errors.append(problem)
            if stop():
                return SourceReport(source, counts, item_errors=tuple(errors))
        self._note_success(source, reading, found_new=counts[Decision.NEW] > 0)
        return SourceReport(source, counts, item_errors=tuple(errors))

    def _open(self, source: Source) -> Reading:
        if source.kind is SourceKind.FEED:
            return self.feeds.read(source, self.catalogue.sources.seen(source))
        if source.kind is SourceKind.PAGE:
            return self.pages.read(source)
        return read_local(source)

    def _take(self, source: Source, finding: Found | Unread) -> tuple[str, SourceError | None]:
        if isinstance(finding, Unread):
            outcome = "left out" if finding.error is None else "failed"
            item = Item(finding.item, finding.url, finding.title, outcome, finding.why)
            self.catalogue.sources.record_item(source, item, self.now())
            return outcome, finding.error
        record = to_record(finding.article, finding.key, self.now())
        decision = self.catalogue.articles.store(record, source.id)
        item = Item(finding.item, record.url, record.title, decision.value, finding.detail, record.id)
        self.catalogue.sources.record_item(source, item, self.now())
        return decision.value, None

    def _note_success(self, source: Source, reading: Reading, *, found_new: bool) -> None:
        now = self.now()
        self.catalogue.sources.record_success(
            source,
            Success(
                at=now,
                due_at=due_after_success(now, self.interval, local=source.kind.is_local),
                found_new=found_new,
                title=reading.title,
                address=reading.moved_to,
                etag=reading.etag,
                last_modified=reading.last_modified,
                content_sha256=reading.content_sha256,
            ),
        )

    def _note_failure(self, source: Source, error: SourceError) -> None:
        now = self.now()
        wish = None if error.retry_after_s is None else timedelta(seconds=error.retry_after_s)
        due = due_after_failure(now, self.interval, source.failures, wish, local=source.kind.is_local)
        self.catalogue.sources.record_failure(source, error, now, due)
