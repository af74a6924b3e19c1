"""A read of one source in steps, so that findings can be stored while it goes on."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from typing import NamedTuple

from ingest.errors import ParseError, SourceError
from ingest.reading.readers.models import FoundArticle, SourceContents, UnreadEntry
from ingest.sources.models import Source

STEP_ENTRIES = 32
STEP_S = 2.0
STEP_CHARACTERS = 500_000
"""Limits of one step: entries, seconds, characters of text."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The result of a read of a source: how many entries were new, changed, same or failed; or why the read failed."""

    source: Source
    counts: Counter[str] = field(default_factory=Counter)
    error: SourceError | None = None
    item_errors: tuple[SourceError, ...] = ()


class Step(NamedTuple):
    """The next findings of a read, in order. The last step ends it: successfully, with a failure, or stopped."""

    read: SourceRead
    findings: list[FoundArticle | UnreadEntry]
    is_last: bool


class SourceRead:
    """A read of `source`. One thread at a time calls `step`; another may count outcomes.

    Args:
        open_source: fetches the source; returns its contents.
        stop: checked between entries; true to end the read.
    """

    def __init__(
        self, source: Source, open_source: Callable[[Source], SourceContents], stop: Callable[[], bool]
    ) -> None:
        self.source = source
        self.counts: Counter[str] = Counter()
        self.failure: SourceError | None = None
        self._open_source = open_source
        self._stop = stop
        self._reading: SourceContents | None = None
        self._findings: Iterator[FoundArticle | UnreadEntry] = iter(())
        self._errors: list[SourceError] = []
        self._any_good = False
        self._well_read = False

    def step(self) -> Step:
        """Do the next step."""
        try:
            if self._reading is None:
                if self._stop():
                    return Step(self, [], is_last=True)
                self._reading = self._open_source(self.source)
                self._findings = iter(self._reading.findings)
            return self._next()
        except SourceError as error:
            self.failure = error
            return Step(self, [], is_last=True)

    @property
    def success(self) -> SourceContents | None:
        """The source's contents if it was read completely, else None."""
        if self._reading is None or not self._well_read:
            return None
        return self._reading

    @property
    def report(self) -> SourceReport:
        return SourceReport(self.source, self.counts, self.failure, tuple(self._errors))

    def _next(self) -> Step:
        findings: list[FoundArticle | UnreadEntry] = []
        began = time.monotonic()
        try:
            for finding in self._findings:
                findings.append(finding)
                self._note(finding)
                if self._stop():
                    return Step(self, findings, is_last=True)
                if _is_full(findings) or time.monotonic() - began >= STEP_S:
                    return Step(self, findings, is_last=False)
        except SourceError as error:  # earlier findings are kept
            self.failure = error
        if self.failure is None and self._errors and not self._any_good and self.source.kind.is_local:
            self.failure = _none_readable(self.source, self._errors)
        self._well_read = self.failure is None
        return Step(self, findings, is_last=True)

    def _note(self, finding: FoundArticle | UnreadEntry) -> None:
        if isinstance(finding, FoundArticle):
            self._any_good = True
        elif finding.error is not None:
            self._errors.append(finding.error)


def steps_of(reads: Iterable[SourceRead], workers: int, wait_s: float) -> Generator[Step | None]:
    """The steps of many reads, `workers` at a time, as they finish; None after `wait_s` seconds without one.

    A read goes on, or the next one begins, once its last step has been taken, so that at most `workers` steps are in
    memory.
    """
    waiting = iter(reads)
    first = list(islice(waiting, workers))
    under_way = len(first)
    with _readers(under_way) as (next_up, found):
        for read in first:
            next_up.put(read)
        while under_way:
            try:
                step = found.get(timeout=wait_s)
            except Empty:
                yield None
                continue
            if isinstance(step, BaseException):
                raise step
            following = next(waiting, None) if step.is_last else step.read
            if following is None:
                under_way -= 1
            else:
                next_up.put(following)
            yield step


@contextmanager
def _readers(threads: int) -> Iterator[tuple[SimpleQueue[SourceRead | None], SimpleQueue[Step | BaseException]]]:
    """Threads that do one step of each submitted read. Futures would cost more than a quick read."""
    next_up: SimpleQueue[SourceRead | None] = SimpleQueue()
    found: SimpleQueue[Step | BaseException] = SimpleQueue()

    def work() -> None:
        while (read := next_up.get()) is not None:
            try:
                found.put(read.step())
            except BaseException as bug:  # for the thread that waits for the step
                found.put(bug)

    pool = [threading.Thread(target=work, name=f"reader_{n}") for n in range(threads)]
    for thread in pool:
        thread.start()
    try:
        yield next_up, found
    finally:
        for _ in pool:
            next_up.put(None)
        for thread in pool:
            thread.join()


def _none_readable(source: Source, errors: list[SourceError]) -> SourceError:
    """The failure of a folder or .jsonl file without a readable article: the first one, with a count of the others."""
    first = errors[0]
    others = f", nor {len(errors) - 1} more" if len(errors) > 1 else ""
    return ParseError(first.kind, "cannot read", source.address, f"{first}{others}", hint=first.hint)


def characters(findings: Iterable[FoundArticle | UnreadEntry]) -> int:
    """Total length of the articles' texts, in characters."""
    return sum(len(finding.article.text) for finding in findings if isinstance(finding, FoundArticle))


def _is_full(findings: list[FoundArticle | UnreadEntry]) -> bool:
    return len(findings) >= STEP_ENTRIES or characters(findings) >= STEP_CHARACTERS
