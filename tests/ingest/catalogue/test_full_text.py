"""Both engines find the same chunks for the same words, in the same order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.catalogue import Catalogue
from ingest.catalogue.dialect import dialect_of
from ingest.catalogue.schema import terms
from tests.ingest.examples import add_source, record
from tests.servers.postgres import PostgresServer

Engines = tuple[Catalogue, Catalogue]
EVERYTHING = 10_000
SAMPLES = Path(__file__).parents[3] / "ingest" / "data" / "samples"
WORDS = ["model", "models", "GLM-5.3", "$65B", "O'Brien", "人工智能", "naïve", "C++", '"quoted"', "AND", "a*b", "NEAR"]


@contextmanager
def both(postgresql: PostgresServer) -> Iterator[Engines]:
    """An empty catalogue on each engine."""
    url = postgresql.new()
    with (
        tempfile.TemporaryDirectory() as folder,
        Catalogue.open(f"sqlite:///{folder}/catalogue.db") as one,
        Catalogue.open(url) as other,
    ):
        yield one, other
    postgresql.drop(url)


def store(engines: Engines, texts: Sequence[str]) -> None:
    for catalogue in engines:
        source = add_source(catalogue)
        for n, text in enumerate(texts):
            catalogue.articles.store(record(f"https://example.org/{n}", text), source.id)


def ranked(catalogue: Catalogue, words: Sequence[str], limit: int = EVERYTHING) -> list[tuple[int, float]]:
    """The matches of some terms with their scores."""
    with catalogue.database.read() as connection:
        dialect = dialect_of(connection)
        dialect.prefer_indexes(connection)
        best = dialect.best_matches()
        statement = select(best.c.row, best.c.rank).order_by(best.c.rank, best.c.row)
        return [(row, rank) for row, rank in connection.execute(statement, dialect.match_parameters(words, limit))]


def every_term(catalogue: Catalogue) -> list[str]:
    with catalogue.database.read() as connection:
        return list(connection.execute(select(terms.c.term).order_by(terms.c.term)).scalars())


def test_terms_of_real_articles_are_found_alike(postgresql: PostgresServer) -> None:
    with both(postgresql) as engines:
        store(engines, [path.read_text() for path in sorted(SAMPLES.rglob("*.md"))])
        one, other = engines
        every = every_term(one)
        assert every_term(other) == every
        assert len(every) > 500
        for few in zip(every[::9], every[3::9], every[5::9], strict=False):
            found = ranked(one, few)
            again = ranked(other, few)
            assert [row for row, _ in again] == [row for row, _ in found]
            assert [rank for _, rank in again] == pytest.approx([rank for _, rank in found], rel=1e-12)
        assert other.chunks.match(every[:40], 30) == one.chunks.match(every[:40], 30)


TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join), min_size=1, max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.integers(1, 12))
def test_any_words_are_found_alike_in_any_texts(postgresql: PostgresServer, texts: list[str], limit: int) -> None:
    with both(postgresql) as engines:
        store(engines, texts)
        one, other = engines
        every = every_term(one)
        assert other.chunks.match(every, limit) == one.chunks.match(every, limit)
        for term in every:
            assert other.chunks.match([term], limit) == one.chunks.match([term], limit)
