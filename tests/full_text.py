"""What a catalogue's full-text search finds, and whether it fits the chunks."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select, text

from ingest.catalogue import Catalogue
from ingest.catalogue.postgres import MOST_OCCURRENCES
from ingest.catalogue.schema import chunks

EVERYTHING = 10_000


def found_by(catalogue: Catalogue, term: str) -> set[str]:
    """The chunks that full-text search gives for a term."""
    return set(catalogue.chunks.match([term], EVERYTHING))


def check_full_text(catalogue: Catalogue) -> None:
    """Compare full text with the chunks: in SQLite's own way (FTS5, "The 'integrity-check' Command"), or here."""
    with catalogue.database.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO chunk_terms(chunk_terms, rank) VALUES('integrity-check', 1)"))
            return
        stored = connection.execute(select(chunks.c.row, chunks.c.length, chunks.c.terms)).all()
        kept = connection.execute(text("SELECT chunk, length, terms FROM chunk_terms")).all()
        total = connection.execute(text("SELECT chunks, terms FROM chunk_terms_total")).one()
    assert {row: (length, _numbered(terms)) for row, length, terms in stored} == {
        row: (length, Counter(terms)) for row, length, terms in kept
    }
    assert tuple(total) == (len(stored), sum(length for _, length, _ in stored))


def _numbered(terms: str) -> Counter[str]:
    """Each occurrence of a term under a name of its own: "model", "model 2", "model 3"."""
    found = Counter(terms.split())
    kept = {term: range(1, min(times, MOST_OCCURRENCES) + 1) for term, times in found.items()}
    return Counter(f"{term} {n}" if n > 1 else term for term, numbers in kept.items() for n in numbers)
