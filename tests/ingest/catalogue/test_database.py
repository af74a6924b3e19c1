"""Opening the catalogue's database: made, migrated, shared, and refused with words a user understands."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from ingest.catalogue import Catalogue, schema
from ingest.catalogue.database import Database, open_database
from ingest.catalogue.migrations import configuration
from ingest.catalogue.read_batches import Entry, ReadBatch
from ingest.catalogue.sqlite import READERS_CACHE_KIB
from ingest.errors import CatalogueError, SettingsError
from ingest.sources.models import EntryNote
from tests.ingest.examples import NOW, add_source, record

LANDED = {
    "0001": "a24e7b813b2a2f95e5ce664545deffd8b4f258fb27cc221c7c1fda9ec15de58c",
    "0002": "79a0512bc3cfa0c38c7179cb9cb1dd47ce4089aaa7df118b5be39e56a1f3e1a4",
    "0003": "d7c948923af8d6242ddcfcd7ac12802fb5919e0aca09b89ecf8e6bab04a7f588",
    "0004": "145fa088424eca29cfd53f3429c874743f86a3ef4db91bc156e9b9a753295558",
    "0005": "6881f728f2bd3ea7abb16cfa91937d72df640f0f1e47914354129b81fc86dc01",
    "0006": "33f15c9fc46f43729338a01aac2ee06b1fafbb41089f4abffb54b3d26a0577e3",
    "0007": "f45f1578a0e0cde8d80419097854102b8c054f9bba362e2f627d2da8e35441ca",
}
"""SHA-256 of the tables after each migration, as `in_one_order` tells them."""
OPEN = "import sys; from ingest.catalogue import Catalogue; Catalogue.open(sys.argv[1]).close()"


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'catalogue.db'}"


def in_one_order(sql: str) -> str:
    """A CREATE statement without white space and quotes, its parts sorted: Alembic puts foreign keys in any order."""
    head, _, rest = re.sub(r'[\s"]+', "", sql).partition("(")
    parts, _, tail = rest.rpartition(")")
    return f"{head}({','.join(sorted(parts.split(',')))}){tail}"


def versions(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def run(catalogue: Catalogue, *statements: str) -> None:
    """All statements in one transaction."""
    with catalogue.database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_missing_folder_is_made_and_its_catalogue_brought_to_the_newest_schema(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "new" / "folder"))
    assert versions(database) == [schema.HEAD]
    database.close()


@pytest.mark.parametrize("for_search", [True, False])
def test_only_who_searches_keeps_as_many_pages_as_sqlite_would(tmp_path: Path, for_search: bool) -> None:
    with sqlite3.connect(":memory:") as own, Catalogue.open(url(tmp_path), for_search=for_search) as catalogue:
        (usual,) = own.execute("PRAGMA cache_size").fetchone()
        with catalogue.database.read() as connection:
            kept = connection.execute(text("PRAGMA cache_size")).scalar_one()
    own.close()
    assert kept == (usual if for_search else -READERS_CACHE_KIB)


def test_the_schema_names_the_last_migration_of_the_chain() -> None:
    assert ScriptDirectory.from_config(configuration()).get_heads() == [schema.HEAD]


@pytest.mark.parametrize("revision", list(LANDED))
def test_a_migration_that_was_on_main_makes_what_it_made_then(tmp_path: Path, revision: str) -> None:
    engine = create_engine(url(tmp_path))
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        ours = "sql IS NOT NULL AND name NOT LIKE 'chunk\\_terms\\_%' ESCAPE '\\'"  # FTS5 keeps tables of its own
        tables = connection.execute(text(f"SELECT sql FROM sqlite_master WHERE {ours} ORDER BY name")).scalars()
        made = "\n".join(map(in_one_order, tables))
    engine.dispose()
    assert hashlib.sha256(made.encode()).hexdigest() == LANDED[revision], "follow it with another migration instead"


def at_revision(folder: Path, revision: str, *statements: str) -> None:
    """A catalogue as that migration left it, with the rows that these statements insert."""
    engine = create_engine(url(folder))
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def before_owners(folder: Path) -> None:
    """A catalogue of schema 0003: `a` is of feed 1, `p` of page 3, `b` of both feeds, in two versions."""
    day = "'2026-06-01 00:00:00'"
    sources = [f"({n}, 'https://{n}.example/', '{kind}', '', '{{}}', 1, {day}, {day}, 0)" for n, kind in SOURCES]
    stored = [f"('{name}', 'https://example.org/{name}', {versions}, {day}, {day})" for name, versions in ARTICLES]
    texts = [(name, n) for name, versions in ARTICLES for n in range(1, versions + 1)]
    versions = [f"('{name}', {n}, 'T', 'S', {day}, 'text {n}', 'x')" for name, n in texts]
    entries = [f"({source}, '{key}', '', 'new', '', '{name}', {day}, 0, '')" for source, key, name in ENTRIES]
    links = [f"('{name}', {source})" for source, _, name in ENTRIES]
    at_revision(
        folder,
        "0003",
        "INSERT INTO sources (id, address, kind, title, given, enabled, added_at, due_at, failures) VALUES "
        + ", ".join(sources),
        "INSERT INTO articles (id, key, version, first_fetched_at, effective_at) VALUES " + ", ".join(stored),
        "INSERT INTO article_versions (article_id, version, title, source, fetched_at, text, sha256) VALUES "
        + ", ".join(versions),
        "INSERT INTO items (source_id, key, title, outcome, detail, article_id, at, attempts, digest) VALUES "
        + ", ".join(entries),
        "INSERT INTO yields (article_id, source_id) VALUES " + ", ".join(links),
    )


SOURCES = ((1, "feed"), (2, "feed"), (3, "page"))
ARTICLES = (("a", 1), ("b", 2), ("p", 1))
ENTRIES = ((1, "guid-a", "a"), (1, "guid-b", "b"), (2, "guid-b", "b"), (3, "https://3.example/", "p"))


def test_articles_of_an_older_catalogue_belong_to_the_only_source_that_gave_them(tmp_path: Path) -> None:
    before_owners(tmp_path)
    with Catalogue.open(url(tmp_path)) as catalogue, catalogue.database.read() as connection:
        owned = connection.execute(text("SELECT id, source_id, key, characters FROM articles ORDER BY id")).all()
    assert owned == [("a", 1, "1:guid-a", 6), ("b", None, "https://example.org/b", 12), ("p", 3, "3:page", 6)]


def test_an_older_catalogue_loses_no_version(tmp_path: Path) -> None:
    before_owners(tmp_path)
    with Catalogue.open(url(tmp_path)) as catalogue:
        for name, n in (("a", 1), ("b", 1), ("b", 2), ("p", 1)):
            article = catalogue.articles.show(name, n)
            assert article is not None
            assert article.text == f"text {n}"


def test_what_several_sources_gave_is_left_as_it_is_by_the_next_edit_of_one(tmp_path: Path) -> None:
    before_owners(tmp_path)
    with Catalogue.open(url(tmp_path)) as catalogue:
        (source,) = catalogue.sources.load([1]) or [add_source(catalogue, "https://1.example/")]
        source = replace(source, succeeded_at=NOW)
        edited = replace(record("https://example.org/b", "Edited."), key=source.article_key("guid-b"))
        (noted,) = catalogue.read_batches.keep(
            [ReadBatch(source, [Entry(EntryNote("guid-b", None, "T", ""), edited)])], NOW
        )
        left = catalogue.articles.show("b")
        with catalogue.database.read() as connection:
            links = connection.execute(text("SELECT source_id FROM yields WHERE article_id = 'b'")).scalars().all()
    assert noted[0].outcome == "new"
    assert left is not None
    assert (left.text, links) == ("text 2", [2])


def test_a_catalogue_of_an_older_schema_keeps_what_it_holds(tmp_path: Path) -> None:
    at_revision(
        tmp_path,
        "0002",
        "INSERT INTO terms (term, chunks) VALUES ('model', 3), ('chip', 1)",
        "INSERT INTO facts (name, value) VALUES ('a', 'kept')",
    )
    with Catalogue.open(url(tmp_path)) as catalogue:
        assert versions(catalogue.database) == [schema.HEAD]
        assert catalogue.facts.get("a") == "kept"
        with catalogue.database.read() as connection:
            held = connection.execute(text("SELECT term, chunks FROM terms ORDER BY chunks")).all()
            assert held == [("chip", 1), ("model", 3)]


def test_versions_that_were_quoted_before_0006_are_pinned_by_it(tmp_path: Path) -> None:
    """Quotes are [article id, version, start, end]."""
    day = "'2026-06-01 00:00:00'"
    delivered = [(7, """[["a", 1, 0, 4], ["a", 1, 5, 9], ["b", 2, 0, 4]]"""), (8, "[]")]
    answers = [f"({n}, '42', '1', '{quotes}', 1, '[]', {day})" for n, quotes in delivered]
    at_revision(
        tmp_path,
        "0005",
        "INSERT INTO facts (name, value) VALUES ('a', 'kept')",
        "INSERT INTO deliveries (id, scope, asker_id, quotes, shown, message_ids, at) VALUES " + ", ".join(answers),
        "INSERT INTO reports (id, kind, scope, at, question, answer, quotes, comment) VALUES "
        f"(3, 'wrong', '42', {day}, 'Who?', 'Ann.', '[[\"a\", 1, 0, 4]]', '')",
    )
    with Catalogue.open(url(tmp_path)) as catalogue, catalogue.database.read() as connection:
        pins = connection.execute(text("SELECT * FROM pinned_versions ORDER BY pinned_by, article_id")).all()
        kept = connection.execute(text("SELECT quotes FROM deliveries WHERE id = 7")).scalar_one()
        assert catalogue.facts.get("a") == "kept"
    assert pins == [("delivery 7", "a", 1), ("delivery 7", "b", 2), ("report 3", "a", 1)]
    assert kept == delivered[0][1]


def test_a_newer_schema_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    database = open_database(url(tmp_path))
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CatalogueError, match="its schema is 9999, this program knows up to") as refused:
        open_database(url(tmp_path))
    assert "Update the program" in refused.value.hint
    assert versions(database) == ["9999"]
    database.close()


def test_threads_may_open_a_new_folder_at_once(tmp_path: Path) -> None:
    start = Barrier(6)

    def opened(_: int) -> list[str]:
        start.wait()
        with Catalogue.open(url(tmp_path)) as catalogue:
            return versions(catalogue.database)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(opened, range(6))) == [[schema.HEAD]] * 6


def test_processes_may_open_a_new_folder_at_once(tmp_path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", OPEN, url(tmp_path)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    with Catalogue.open(url(tmp_path)) as catalogue:
        assert versions(catalogue.database) == [schema.HEAD]


def test_readers_go_on_while_another_writes(catalogue: Catalogue) -> None:
    catalogue.facts.set("a", "old")
    with catalogue.database.write() as connection:
        connection.execute(text("UPDATE facts SET value = 'new'"))
        assert catalogue.facts.get("a") == "old"
    assert catalogue.facts.get("a") == "new"


def test_a_write_that_fails_leaves_nothing_behind(catalogue: Catalogue) -> None:
    with pytest.raises(IntegrityError):
        run(catalogue, *["INSERT INTO facts VALUES ('a', '1')"] * 2)
    assert catalogue.facts.get("a") is None


def test_a_file_that_is_no_database_is_reported_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    path.write_text("these are somebody's notes, and no database at all")
    with pytest.raises(CatalogueError, match="file is not a database"):
        open_database(url(tmp_path))
    assert path.read_text().startswith("these are somebody's notes")


def test_a_data_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(CatalogueError) as told:
        open_database(url(tmp_path / "data"))
    assert "DATA_DIR" in told.value.hint


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
    no_more_pages = "PRAGMA max_page_count = 1"  # SQLite then takes what it has for all there is
    with Catalogue.open(url(tmp_path)) as catalogue, pytest.raises(CatalogueError, match="full"):
        run(catalogue, no_more_pages, "INSERT INTO facts VALUES ('a', hex(zeroblob(1000000)))")


def test_a_wrong_statement_stays_a_bug(catalogue: Catalogue) -> None:
    with pytest.raises(DatabaseError):
        run(catalogue, "SELECT nothing FROM nowhere")


@pytest.mark.parametrize("wrong", ["no url", "mysql://localhost/news"])
def test_a_database_url_that_is_not_supported_names_its_setting(wrong: str) -> None:
    with pytest.raises(SettingsError) as refused:
        open_database(wrong)
    assert refused.value.which == "DATABASE_URL"


def test_closing_waits_for_a_transaction_under_way_and_lets_no_other_begin(tmp_path: Path) -> None:
    database = open_database(url(tmp_path))
    inside = Barrier(2)

    def write_slowly() -> None:
        with database.write() as connection:
            inside.wait()
            connection.execute(text("INSERT INTO facts VALUES ('late', 'but whole')"))

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write_slowly)
        inside.wait()
        database.close()
        writing.result()
    for begin in (database.read, database.write):
        with pytest.raises(CatalogueError, match="it was closed"), begin():
            pass
    reopened = open_database(url(tmp_path))
    with reopened.read() as connection:
        assert connection.execute(text("SELECT value FROM facts WHERE name = 'late'")).scalar() == "but whole"
    reopened.close()
