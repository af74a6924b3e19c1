"""One chain of migrations makes the tables of the ingest and those of the bot, and the ingest needs only its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, inspect, text

from bot.services import schema as bot_schema
from ingest.catalogue import Catalogue, schema
from ingest.catalogue.database import open_database
from ingest.catalogue.retention import KEPT_REPLACED, KEPT_UNSEEN
from ingest.errors import CatalogueError
from tests.ingest.examples import NOW, add_source, record
from tests.servers.postgres import PostgresServer


def test_the_migrations_make_exactly_the_tables_that_the_code_describes(on_both_engines: Catalogue) -> None:
    def ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or not str(name).startswith("chunk_terms")  # FTS5 keeps tables of its own

    catalogue = on_both_engines
    described = MetaData()
    for table in (*schema.metadata.sorted_tables, *bot_schema.metadata.sorted_tables):
        table.to_metadata(described)
    with catalogue.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, described) == []


def test_a_catalogue_without_the_bots_tables_stores_shows_and_deletes_articles(on_both_engines: Catalogue) -> None:
    catalogue = on_both_engines
    with catalogue.database.write() as connection:
        bot_schema.metadata.drop_all(connection)
    source = add_source(catalogue)
    for day, words in enumerate(("One text.", "Another text.")):
        catalogue.articles.store(record(text=words, fetched_at=NOW + timedelta(days=day)), source.id)
    catalogue.retention.delete_expired(lambda: NOW + 2 * KEPT_REPLACED)
    assert [catalogue.articles.show(record().id, n) is not None for n in (1, 2)] == [False, True]
    catalogue.sources.unsubscribe(source, None)
    for now in (NOW, NOW + KEPT_UNSEEN):
        catalogue.retention.delete_expired(lambda now=now: now)  # type: ignore[misc]
    assert catalogue.articles.count() == 0


FIRST_OF_TWO_ENGINES = "0006"


def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if engine == "sqlite":
        return f"sqlite:///{tmp_path}/catalogue.db"
    server: PostgresServer = request.getfixturevalue("postgresql")
    return server.empty()


def tables(url: str) -> dict[str, dict[str, Any]]:
    """The columns of each table by name, as the database itself describes them."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    found = inspect(engine)
    described = {
        table: {column["name"]: column for column in found.get_columns(table)} for table in found.get_table_names()
    }
    engine.dispose()
    return described


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("before", [f"{n:04}" for n in range(int(FIRST_OF_TWO_ENGINES), int(schema.HEAD))])
def test_a_migration_only_adds_so_that_running_processes_of_the_version_before_go_on(
    engine: str, before: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = empty_url(engine, request, tmp_path)
    running = open_database(url, revision=before)
    old = tables(url)
    open_database(url, revision=f"{int(before) + 1:04}").close()
    new = tables(url)
    for table, columns in old.items():
        assert columns.keys() <= new[table].keys(), table
        for name, column in new[table].items():
            if name in columns:
                assert (str(column["type"]), column["nullable"]) == (
                    str(columns[name]["type"]),
                    columns[name]["nullable"],
                )
            else:
                assert column["nullable"] or column["default"] is not None, f"{table}.{name} needs a default"
    with running.write() as connection:
        connection.execute(text("INSERT INTO guilds (id, settings) VALUES ('7', '{}')"))
    running.close()
    with pytest.raises(CatalogueError, match=f"its schema is .*{before}") as told:
        open_database(url, revision=before)
    assert "Update the program" in told.value.hint
