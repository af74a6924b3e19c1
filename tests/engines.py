"""Fixtures for tests of what touches SQL: each runs on every database engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from tests.servers.postgres import REQUIRED, PostgresServer, postgres_server, programs

NewUrl = Callable[[], str]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL that all tests share; each takes a database of its own."""
    binaries = programs()
    if binaries is None:
        why = "PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql)"
        if os.environ.get(REQUIRED):
            pytest.fail(why)
        pytest.skip(why)
    with postgres_server(binaries) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def new_catalogue_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewUrl]:
    """Makes new catalogues and returns their URLs; the test runs on each engine."""
    if request.param == "sqlite":
        numbers = count(1)
        yield lambda: f"sqlite:///{tmp_path}/catalogue{next(numbers)}.db"
        return
    server: PostgresServer = request.getfixturevalue("postgresql")
    made: list[str] = []

    def new() -> str:
        made.append(server.new())
        return made[-1]

    yield new
    for url in made:
        server.drop(url)


@pytest.fixture
def on_both_engines(new_catalogue_url: NewUrl) -> Iterator[Catalogue]:
    """A new catalogue, on each engine."""
    with Catalogue.open(new_catalogue_url()) as opened:
        yield opened
