"""The order of effects when sources are read. Makes no decisions of its own.

    due sources | readers (fetch, parse) | to_record (clean, segment, chunk) | keep: articles, notes, outcomes
                        \\ SourceError                                               \\ note the failure

Threads read, step by step; the caller's thread stores the findings of many steps in one transaction, because threads
gain nothing from computing in parallel, and each would need memory of its own. A bad entry never stops a source, and a
bad source never stops a run; a bug does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest.catalogue import Catalogue
from ingest.catalogue.quotas import NO_LIMITS, Limits
from ingest.catalogue.read_batches import Entry, ReadBatch
from ingest.catalogue.records import ArticleRecord, Decision
from ingest.clock import Clock
from ingest.errors import SourceError
from ingest.parse.documents import Documents
from ingest.parse.models import ParsedArticle
from ingest.parse.urls import same_site
from ingest.processes.cpu_affinity import on_one_processor
from ingest.reading.prepare import to_record
from ingest.reading.readers.local import read_local
from ingest.reading.readers.models import FoundArticle, SourceContents, UnreadEntry
from ingest.reading.readers.web import FeedReader, PageReader
from ingest.reading.source_read import SourceRead, SourceReport, Step, characters, steps_of
from ingest.sources.models import EntryNote, Source, SourceKind, Success
from ingest.sources.schedule import due_after_failure, due_after_success, place_in_spread
from ingest.text.bounds import LONGEST_TEXT, TITLE, shortened

__all__ = ["Pipeline", "SourceReport"]

KEPT_TOGETHER = 100
KEPT_WITHIN_S = 1.0
KEPT_CHARACTERS = 2_000_000
"""Limits of one transaction: entries and ended reads, seconds since the last one, characters of text."""


OLD = timedelta(days=30)
"""Assumed age of undated entries on a feed's first read, so that they do not count as this week's news."""
_UNDATED = "it has no date and was there before: taken for older than a month"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Reads sources into the catalogue. Thread-safe: several sources are read at the same time.

    Attributes:
        kept_for: age from which articles are not stored any more; None: all are.
        most_articles: how many are kept, the newest; 0: all are.
    """

    catalogue: Catalogue
    feeds: FeedReader
    pages: PageReader
    documents: Documents
    interval: timedelta
    now: Clock
    longest_text: int = LONGEST_TEXT
    limits: Limits = NO_LIMITS
    kept_for: timedelta | None = None
    most_articles: int = 0

    def run(
        self,
        sources: Iterable[Source],
        workers: int,
        done: Callable[[SourceReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read all sources, `workers` at a time; findings are stored within a second or two.

        Args:
            done: called for each source once its findings are stored.
            stop: checked between entries; a source that was not read to its end stays due.
        """
        reads = (SourceRead(source, self._open, stop) for source in sources)
        found: list[Step] = []
        weight = 0.0
        began = time.monotonic()
        with on_one_processor(), closing(steps_of(reads, workers, KEPT_WITHIN_S)) as steps:
            for step in steps:
                found += [step] if step else []
                weight += _weight(step) if step else 0
                if weight >= 1 or time.monotonic() - began >= KEPT_WITHIN_S:
                    self._keep(found, done)
                    found, weight, began = [], 0.0, time.monotonic()
        self._keep(found, done)

    def _open(self, source: Source) -> SourceContents:
        now = self.now()
        if source.kind.has_entries:
            if source.retry_at is not None and source.retry_at <= now:
                source = replace(source, etag=None, last_modified=None, content_sha256=None)  # even if unchanged
            return self.feeds.read(source, lambda: self.catalogue.sources.seen(source, now))
        if source.kind is SourceKind.PAGE:
            return self.pages.read(source)
        return read_local(source, self.documents)

    def _keep(self, steps: Sequence[Step], done: Callable[[SourceReport], None]) -> None:
        """Store the findings, then report the sources whose reads have ended."""
        parts, now = [self._part(step) for step in steps], self.now()
        noted = self.catalogue.read_batches.keep(parts, now, self.limits, self._kept_since(now))
        for step, items in zip(steps, noted, strict=True):
            step.read.counts.update(item.outcome for item in items)
        for read in (step.read for step in steps if step.is_last):
            if read.failure is not None:
                self._note_failure(read.source, read.failure)
            done(read.report)

    def _kept_since(self, now: datetime) -> datetime | None:
        """The date from which articles are kept; None: all are."""
        by_age = now - self.kept_for if self.kept_for is not None else None
        by_number = self.catalogue.retention.date_of(self.most_articles) if self.most_articles else None
        return max(filter(None, (by_age, by_number)), default=None)

    def _part(self, step: Step) -> ReadBatch:
        source = step.read.source
        entries = [self._entry(finding, source) for finding in step.findings]
        return ReadBatch(source, entries, self._success(step.read) if step.is_last else None)

    def _entry(self, finding: FoundArticle | UnreadEntry, source: Source) -> Entry:
        if isinstance(finding, UnreadEntry):
            outcome = "left out" if finding.error is None else "failed"
            again = finding.error is not None and source.kind.has_entries
            title = shortened(finding.title, TITLE)
            return Entry(EntryNote(finding.item, finding.url, title, outcome, finding.why, again=again))
        record = self._record(finding.article, source.article_key(finding.item), source)
        undated = _UNDATED if record.no_later_than is not None else ""
        detail = "; ".join(filter(None, (finding.detail, record.note, undated)))
        again = finding.error is not None
        item = EntryNote(finding.item, record.url, record.title, "", detail, again=again, digest=finding.digest)
        return Entry(item, record)

    def _record(self, article: ParsedArticle, key: str, source: Source) -> ArticleRecord:
        now = self.now()
        first_read = source.kind.has_entries and source.succeeded_at is None
        if first_read and article.published_at is None and article.no_later_than is None:
            article = replace(article, no_later_than=now - OLD)
        return to_record(article, key, now, longest_text=self.longest_text)

    def _success(self, read: SourceRead) -> Success | None:
        """What to record about a successful read; None if it failed or was stopped."""
        reading, now, source = read.success, self.now(), read.source
        if reading is None:
            return None
        return Success(
            at=now,
            due_at=due_after_success(
                now,
                self.interval,
                local=source.kind.is_local,
                usual_gap_s=source.usual_gap_s,
                fresh_for_s=reading.fresh_for_s,
                place=place_in_spread(source.id),
            ),
            found_new=read.counts[Decision.NEW] > 0,
            title=shortened(reading.title, TITLE) if reading.title else reading.title,
            address=_new_address(source, reading),
            etag=reading.etag,
            last_modified=reading.last_modified,
            content_sha256=reading.content_sha256,
        )

    def _note_failure(self, source: Source, error: SourceError) -> None:
        now = self.now()
        wish = None if error.retry_after_s is None else timedelta(seconds=error.retry_after_s)
        due = due_after_failure(
            now,
            self.interval,
            source.failures,
            wish,
            local=source.kind.is_local,
            place=place_in_spread(source.id),
        )
        self.catalogue.sources.record_failure(source, error, now, due)


def _new_address(source: Source, reading: SourceContents) -> str | None:
    """The address to which a source has moved for good, if that is on its own site.

    Under another site's address, all its articles would appear to come from that site.
    """
    moved_to = reading.moved_to
    return moved_to if moved_to is not None and same_site(source.address, moved_to) else None


def _weight(step: Step) -> float:
    """Its share of a transaction's limits (`KEPT_TOGETHER`)."""
    return (1 + len(step.findings)) / KEPT_TOGETHER + characters(step.findings) / KEPT_CHARACTERS
