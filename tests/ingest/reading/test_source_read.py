"""Reads side by side: steps are handed over as they end, and never more of them than there are workers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from ingest.catalogue import Catalogue
from ingest.reading.readers.models import FoundArticle, SourceContents, UnreadEntry
from ingest.reading.source_read import STEP_ENTRIES, SourceRead, steps_of
from ingest.sources.models import Source
from tests.ingest.examples import add_source

WAIT_S = 0.05


def many(entries: int, taken: list[str]) -> Iterator[FoundArticle | UnreadEntry]:
    for n in range(entries):
        taken.append(f"entry {n}")
        yield UnreadEntry(f"entry {n}", None, "", "left out on purpose")


def under_way(source: Source, findings: Iterator[FoundArticle | UnreadEntry]) -> SourceRead:
    return SourceRead(source, lambda _: SourceContents(findings), lambda: False)


def test_every_entry_is_handed_over_once_and_in_order(catalogue: Catalogue) -> None:
    count = 2 * STEP_ENTRIES + 3
    read = under_way(add_source(catalogue), many(count, []))
    steps = [step for step in steps_of([read], 3, WAIT_S) if step]
    assert [finding.item for step in steps for finding in step.findings] == [f"entry {n}" for n in range(count)]
    assert [step.is_last for step in steps] == [False] * (len(steps) - 1) + [True]


def test_what_nobody_takes_is_not_read_on(catalogue: Catalogue) -> None:
    taken: list[str] = []
    reads = [under_way(add_source(catalogue, f"https://example.org/{n}"), many(100, taken)) for n in range(5)]
    with closing(steps_of(reads, 2, WAIT_S)) as steps:
        next(steps)
    assert len(taken) <= 3 * STEP_ENTRIES  # one step was taken, two workers are one step ahead


def test_the_caller_is_woken_while_nothing_ends(catalogue: Catalogue) -> None:
    go = threading.Event()

    def slow(_: Source) -> SourceContents:
        go.wait()
        return SourceContents(())

    read = SourceRead(add_source(catalogue), slow, lambda: False)
    steps = steps_of([read], 1, WAIT_S)
    assert next(steps) is None
    go.set()
    assert [step.is_last for step in steps if step] == [True]


def test_a_bug_in_a_read_is_not_kept_from_the_caller(catalogue: Catalogue) -> None:
    def broken(_: Source) -> SourceContents:
        raise ZeroDivisionError

    read = SourceRead(add_source(catalogue), broken, lambda: False)
    with pytest.raises(ZeroDivisionError):
        list(steps_of([read], 1, WAIT_S))
