"""One chain of migrations makes the tables of the ingest and those of the bot, and the ingest needs only its own."""

from __future__ import annotations

from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData

from bot.services import schema as bot_schema
from ingest.catalogue import Catalogue, schema
from ingest.catalogue.retention import KEPT_REPLACED, KEPT_UNSEEN
from tests.ingest.examples import NOW, add_source, record


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
    for day, text in enumerate(("One text.", "Another text.")):
        catalogue.articles.store(record(text=text, fetched_at=NOW + timedelta(days=day)), source.id)
    catalogue.retention.delete_expired(lambda: NOW + 2 * KEPT_REPLACED)
    assert [catalogue.articles.show(record().id, n) is not None for n in (1, 2)] == [False, True]
    catalogue.sources.unsubscribe(source, None)
    for now in (NOW, NOW + KEPT_UNSEEN):
        catalogue.retention.delete_expired(lambda now=now: now)  # type: ignore[misc]
    assert catalogue.articles.count() == 0
