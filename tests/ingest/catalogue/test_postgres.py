"""PostgreSQL under competing workers, and refused with words a user understands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from ingest.catalogue import Catalogue, migrations, schema
from ingest.catalogue.database import open_database
from ingest.errors import CatalogueError
from ingest.models import SHARED_SCOPE
from ingest.processes.identity import this_process
from ingest.sources.models import NO_OVERRIDES, SourceKind
from tests.ingest.examples import NOW, add_source, record
from tests.servers.postgres import PostgresServer

ME = this_process("test")
WORKERS = 4
FIRST = "edf4c5b13faeb4104b7144ae5ae9c27fdab23b878df13eefff70d1c01da29e56"
"""SHA-256 of the tables that a new PostgreSQL database begins with."""


@pytest.fixture
def url(postgresql: PostgresServer) -> Iterator[str]:
    made = postgresql.new()
    yield made
    postgresql.drop(made)


def test_the_tables_that_a_new_database_begins_with_never_change() -> None:
    made = (Path(migrations.__file__).parent / "postgresql_0006.sql").read_bytes()
    assert hashlib.sha256(made).hexdigest() == FIRST, "follow it with another migration instead"


def test_several_may_open_an_empty_database_at_once(postgresql: PostgresServer) -> None:
    url, start = postgresql.empty(), Barrier(WORKERS)

    def opened(_: int) -> str:
        start.wait()
        with Catalogue.open(url) as catalogue, catalogue.database.read() as connection:
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())

    with ThreadPoolExecutor(WORKERS) as pool:
        assert list(pool.map(opened, range(WORKERS))) == [schema.HEAD] * WORKERS


def test_what_competing_workers_ask_for_each_gets_once(url: str) -> None:
    names, start = [str(n) for n in range(50)], Barrier(WORKERS)

    def taken(worker: int) -> set[str]:
        with Catalogue.open(url) as catalogue:
            start.wait()
            return catalogue.leases.take(names, f"worker {worker}", ME, NOW)

    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(taken, range(WORKERS)))
    assert sorted(name for part in parts for name in part) == sorted(names)


def test_a_lease_is_taken_while_others_store_articles(url: str) -> None:
    with Catalogue.open(url) as one, Catalogue.open(url) as other, one.database.write():
        assert other.leases.take(["a"], "token", ME, NOW) == {"a"}
        other.facts.set("a", "b")


def test_an_address_that_several_add_at_once_is_one_source(url: str) -> None:
    start = Barrier(WORKERS)

    def added(_: int) -> bool:
        with Catalogue.open(url) as catalogue:
            start.wait()
            return catalogue.sources.add("https://a.example/", SourceKind.FEED, NO_OVERRIDES, SHARED_SCOPE, NOW)

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sorted(pool.map(added, range(WORKERS))) == [False] * (WORKERS - 1) + [True]
    with Catalogue.open(url) as catalogue:
        assert len(catalogue.sources.all()) == 1


def test_writers_that_store_at_once_count_every_term(url: str) -> None:
    start = Barrier(WORKERS)
    with Catalogue.open(url) as catalogue:
        source = add_source(catalogue)

    def stored(worker: int) -> None:
        with Catalogue.open(url) as catalogue:
            start.wait()
            for n in range(5):
                catalogue.articles.store(record(f"{worker}-{n}", f"Zebra and apple {worker}{n}."), source.id)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(stored, range(WORKERS)))
    with Catalogue.open(url) as catalogue:
        assert catalogue.chunks.vocabulary(["zebra", "appl"])[1] == {"zebra": 20, "appl": 20}
        assert len(catalogue.chunks.match(["zebra"], 100)) == 20


def test_a_read_sees_one_state_of_the_data(url: str) -> None:
    with Catalogue.open(url) as catalogue:
        catalogue.facts.set("a", "old")
        with catalogue.database.read():
            assert catalogue.facts.get("a") == "old"
            catalogue.facts.set("a", "new")
            assert catalogue.facts.get("a") == "old"
        assert catalogue.facts.get("a") == "new"


def test_a_read_changes_nothing(url: str) -> None:
    with (
        Catalogue.open(url) as catalogue,
        pytest.raises(CatalogueError, match="read-only"),
        catalogue.database.read() as connection,
    ):
        connection.execute(text("DELETE FROM facts"))


def test_a_server_that_does_not_answer_is_reported_without_the_password() -> None:
    with pytest.raises(CatalogueError) as told:
        open_database("postgresql://ann:hidden-word@127.0.0.1:9/news?connect_timeout=2")
    assert "DATABASE_URL" in told.value.hint
    assert "hidden-word" not in str(told.value)


def test_a_database_that_is_not_there_is_reported(postgresql: PostgresServer) -> None:
    with pytest.raises(CatalogueError, match='database "nothing" does not exist'):
        open_database(postgresql.url("nothing"))


def test_a_connection_that_the_server_has_ended_is_made_anew(url: str) -> None:
    with Catalogue.open(url) as catalogue:
        catalogue.facts.set("a", "kept")
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
        with catalogue.database.write(alone=False) as connection:
            connection.execute(text(f"{ended}current_database()"))
        assert catalogue.facts.get("a") == "kept"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_urls_of_hosts_and_of_sqlalchemy_are_understood(url: str, scheme: str) -> None:
    with Catalogue.open(url.replace("postgresql", scheme, 1)) as catalogue:
        assert catalogue.articles.count() == 0


def test_a_null_character_that_somebody_wrote_is_left_out_wherever_it_stands(url: str) -> None:
    with Catalogue.open(url) as catalogue:
        catalogue.facts.set("na\0me", "a\0b")
        assert catalogue.facts.get("name") == catalogue.facts.get("n\0ame") == "ab"
        catalogue.sources.add("https://a.example/\0", SourceKind.FEED, NO_OVERRIDES, SHARED_SCOPE, NOW)
        assert catalogue.sources.find("https://a.example/\0") is not None
        assert catalogue.articles.named(("\0", "a\0")) == []
        assert catalogue.chunks.match(["a\0"], 9) == []
