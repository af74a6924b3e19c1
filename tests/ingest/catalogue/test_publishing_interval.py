"""What the dates of a source's articles tell of how often it brings something new."""

from __future__ import annotations

from datetime import timedelta

from ingest.catalogue import Catalogue
from ingest.catalogue.read_batches import Entry, ReadBatch
from ingest.catalogue.read_results import FEWEST, LOOKED_AT
from ingest.sources.models import EntryNote, Source, Success
from tests.ingest.examples import NOW, add_source, record

HOUR = timedelta(hours=1)


def read_of(source: Source, entries: int, gap: timedelta, newest_gap: timedelta | None = None) -> ReadBatch:
    """A read that found so many articles; those that count for the rhythm may stand in another one."""
    dates = [NOW - n * gap for n in range(entries)]
    if newest_gap is not None:
        dates[:LOOKED_AT] = [NOW - n * newest_gap for n in range(LOOKED_AT)]
    keys = [f"{source.address}#{n}" for n in range(entries)]
    found = [
        Entry(EntryNote(key, key, "Aurora", ""), record(key, published_at=date))
        for key, date in zip(keys, dates, strict=True)
    ]
    return ReadBatch(source, found, Success(at=NOW, due_at=NOW + HOUR, found_new=False))


def test_sources_that_are_read_together_keep_their_own_rhythm(catalogue: Catalogue) -> None:
    names = ["hourly", "weekly", "young", "faster", "silent"]
    hourly, weekly, young, faster, silent = (add_source(catalogue, f"https://{name}.example/feed") for name in names)
    parts = [
        read_of(weekly, FEWEST, 168 * HOUR),
        read_of(hourly, 12, HOUR),
        read_of(young, FEWEST - 1, HOUR),
        read_of(faster, LOOKED_AT + 30, 24 * HOUR, newest_gap=2 * HOUR),
        read_of(silent, 0, HOUR),
    ]
    catalogue.read_batches.keep(parts, NOW)
    gaps = [catalogue.sources.get(f"https://{name}.example/feed").usual_gap_s for name in names]
    assert gaps == [3600, 168 * 3600, None, 2 * 3600, None]
