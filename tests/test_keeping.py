"""A catalogue is moved, backed up and restored between the engines: every row and id, whoever is killed when."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, func, insert, select, text

from bot.digest.models import Coverage, Digest
from bot.llm.language_model import Usage
from bot.services.answers import AnswerService
from bot.services.digests import DigestService
from bot.services.guilds import GuildService, GuildSettings
from bot.services.postings import PostingService
from bot.services.records import Verdict
from bot.services.schema import unanswered, watch_stories
from bot.services.usage import UsageService
from bot.services.watch_posts import WatchPosts
from bot.services.watch_rows import WatchOrder
from bot.services.watches import WatchService
from bot.services.webhook_posts import WebhookPosts
from bot.services.webhook_rows import HookKind, HookOptions, HookOrder
from bot.services.webhooks import WebhookService
from bot.watch.models import Kind
from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Embedded
from ingest.catalogue.backup import backup, restore
from ingest.catalogue.database import open_database
from ingest.catalogue.facts import COLLECTION
from ingest.catalogue.move import move
from ingest.catalogue.portable import Checksum, checksum_of, column_names, counter_of, encode, rows_of, tables_of
from ingest.catalogue.schema import alarms, chunks
from ingest.errors import CatalogueError, FailureKind, FetchError
from ingest.sources.models import EntryNote
from tests.bot.examples import answer, quote
from tests.full_text import check_full_text
from tests.ingest.examples import NOW, add_source, note, record
from tests.servers.postgres import PostgresServer
from tests.terminal import Terminal

Urls = Callable[[], str]
Held = dict[str, tuple[Checksum, int | None]]
DERIVED = {"facts", "chunks"}
"""A restored catalogue names no collection of the index."""
KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.catalogue import backup, portable
from ingest.catalogue.move import move
portable.ROWS_TOGETHER = backup.ROWS_TOGETHER = 3
left = int(sys.argv[4])
def progress(rows):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "move":
    move(sys.argv[2], sys.argv[3], progress)
else:
    backup.restore(Path(sys.argv[2]), sys.argv[3], progress)
"""


ROOT = Path(__file__).parents[1]


def killed(command: str, source: object, target: str, batches: int) -> None:
    """Run a command that is killed after so many batches of three rows."""
    words = [sys.executable, "-c", KILLED, command, str(source), target, str(batches)]
    assert subprocess.run(words, check=False, env={"PYTHONPATH": str(ROOT)}).returncode == -signal.SIGKILL


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite"])
def ways(request: pytest.FixtureRequest, tmp_path: Path, postgresql: PostgresServer) -> tuple[str, Urls]:
    """The URL of the engine that a filled catalogue is on, and what makes URLs of empty databases of the other one."""
    files = (f"sqlite:///{tmp_path}/catalogue{n}.db" for n in range(9))
    if request.param.startswith("sqlite"):
        return next(files), postgresql.empty
    return postgresql.empty(), lambda: next(files)


def fill(url: str) -> None:
    """Rows in every table that is copied, some of them deleted again."""
    with Catalogue.open(url) as catalogue:
        source, other = add_source(catalogue), add_source(catalogue, "https://other.example/", scope="42")
        texts: list[str] = []
        for n in range(12):
            text = f"Aurora {n} came – „first“ 🙂.\n\n" + " ".join(f"word{n}x{k}" for k in range(60))
            catalogue.articles.store(record(f"https://example.org/{n}", text), source.id)
            texts.append(text)
        catalogue.articles.store(record("https://other.example/5", texts[5]), other.id)
        catalogue.articles.store(record("https://copy.example/6", texts[6]), source.id)
        catalogue.articles.store(record("https://example.org/3", "Changed."), source.id)
        catalogue.articles.forget(record("https://example.org/11").id, NOW)
        waiting = catalogue.backlog.next("c", "m", 5)
        unit = np.array([0.6, 0.8], dtype=np.float32)
        made = [Embedded(chunk.row, unit, np.tile(unit, (len(chunk.sentences), 1))) for chunk in waiting]
        catalogue.backlog.keep_vectors("m", made)
        catalogue.backlog.mark([chunk.row for chunk in waiting], "c")
        catalogue.facts.set(COLLECTION, "c")
        note(catalogue, source, EntryNote("entry", None, "Entry", "failed", "timed out", again=True))
        error = FetchError(FailureKind.GONE, "cannot fetch", other.address, "410")
        catalogue.sources.record_failure(other, error, NOW, NOW + timedelta(days=1))
        fill_the_bots_tables(catalogue)


def fill_the_bots_tables(catalogue: Catalogue) -> None:
    stored = catalogue.articles.show(record("https://example.org/3").id)
    assert stored is not None
    given = replace(answer(quote(1, "Changed.", stored.card)), question=replace(answer().question, scopes=("42",)))
    answers = AnswerService(catalogue, lambda: NOW)
    numbers = [answers.keep(given, "7", follows=None) for _ in range(3)]
    answers.forget(numbers[-1])
    found = answers.find(numbers[0])
    assert found is not None
    answers.report(found, Verdict.WRONG, "Who?", "Ann.", "No: «Bob».")
    GuildService(catalogue.database).change(42, GuildSettings(answer_channels=(1, 2), digest_topics=("chips",)))
    UsageService(catalogue.database).add("42", NOW.date(), Usage(5, 7))
    digests = DigestService(catalogue, None, "m", lambda: NOW)  # type: ignore[arg-type]
    digests.keep(Digest(NOW, NOW, (), Coverage(1, 1, 0, 1, 1)), "42", private=True)
    digests.claim(42, GuildSettings(digest_channel=5, digest_rhythm="daily"), NOW)
    watches = WatchService(catalogue, "m", lambda: NOW)
    watch = watches.confirm(watches.propose(WatchOrder("42", "7", 5, Kind.WORDS, "Aurora, «chips»")).id)
    assert watch is not None
    waiting = {"state": "waiting", "story": {"title": "🙂", "articles": []}, "found_at": NOW, "due_at": NOW}
    with catalogue.database.write() as connection:
        connection.execute(insert(watch_stories).values(watch_id=watch.id, scope="42", item="a:0", **waiting))
        gap = {"scope": "42", "question": "Who is «Ann»? 🙂", "model": "m", "vector": b"\x00\x01", "at": NOW}
        connection.execute(insert(unanswered).values(gap))
    PostingService(catalogue.database, lambda: NOW).note(9, "42", ["a"])
    assert WatchPosts(catalogue).claim(watch, NOW) is not None
    order = HookOrder("42", HookKind.JSON, "https://hooks.example/x", "whsec_x", HookOptions(watches=True))
    WebhookPosts(catalogue.database).begin(WebhookService(catalogue.database, lambda: NOW).add(order), NOW)


def held(url: str) -> Held:
    with Catalogue.open(url) as catalogue, catalogue.database.read() as connection:
        return {
            table.name: (checksum_of(connection, table), counter_of(connection, table))
            for table in tables_of(connection)
        }


def check(url: str) -> None:
    """It is searchable, and numbers go on where they were."""
    with Catalogue.open(url) as catalogue:
        check_full_text(catalogue)
        with catalogue.database.read() as connection:
            last = connection.execute(select(func.max(chunks.c.row))).scalar_one()
            assert connection.execute(select(func.count()).select_from(alarms)).scalar_one() == 1
        (source,) = (each for each in catalogue.sources.all() if each.id == 1)
        catalogue.articles.store(record("https://example.org/new", "Zephyr is new."), source.id)
        with catalogue.database.read() as connection:
            assert connection.execute(select(func.max(chunks.c.row))).scalar_one() > last
        assert len(catalogue.chunks.match(["zephyr"], 9)) == 1


def test_a_catalogue_is_moved_with_every_row_and_id(ways: tuple[str, Urls]) -> None:
    source, new = ways
    fill(source)
    before, target = held(source), new()
    assert [name for name, (checksum, _) in before.items() if not checksum.rows] == []
    assert move(source, target) == sum(checksum.rows for checksum, _ in before.values())
    assert held(target) == held(source) == before
    check(target)


def test_a_move_that_is_killed_is_finished_by_the_next_one(ways: tuple[str, Urls]) -> None:
    source, new = ways
    fill(source)
    before, target = held(source), new()
    for batches in (1, 9, 14, 17):
        killed("move", source, target, batches)
        with pytest.raises(CatalogueError, match="has not ended") as told:
            Catalogue.open(target)
        assert "ingest move" in told.value.hint
    move(source, target)
    assert held(target) == before
    check(target)


def test_nothing_is_moved_over_a_catalogue(ways: tuple[str, Urls]) -> None:
    source, new = ways
    fill(source)
    target = new()
    move(source, target)
    before = held(target)
    with pytest.raises(CatalogueError, match="holds a catalogue already"):
        move(source, target)
    assert held(target) == before


def test_a_source_that_changes_between_two_attempts_is_noticed(ways: tuple[str, Urls]) -> None:
    source, new = ways
    fill(source)
    target = new()
    subprocess.run(
        [sys.executable, "-c", KILLED, "move", source, target, "20"], check=False, env={"PYTHONPATH": str(ROOT)}
    )
    with Catalogue.open(source) as catalogue:
        catalogue.articles.store(record("https://example.org/0", "Changed meanwhile."), 1)
    with pytest.raises(CatalogueError, match="differs"):
        move(source, target)


def test_a_backup_restores_into_the_other_engine(ways: tuple[str, Urls], tmp_path: Path) -> None:
    source, new = ways
    fill(source)
    before, target, file = held(source), new(), tmp_path / "backup.gz"
    assert backup(source, file, NOW) == sum(checksum.rows for checksum, _ in before.values())
    assert file.stat().st_mode & 0o777 == 0o600
    restore(file, target)
    after = held(target)
    assert {name: after[name] for name in after if name not in DERIVED} == {
        name: before[name] for name in before if name not in DERIVED
    }
    with Catalogue.open(target) as catalogue:
        assert catalogue.facts.get(COLLECTION) is None
        assert catalogue.backlog.count("another") == catalogue.chunks.totals().chunks
    check(target)


def test_a_restore_that_is_killed_begins_anew(ways: tuple[str, Urls], tmp_path: Path) -> None:
    source, new = ways
    fill(source)
    target, file = new(), tmp_path / "backup.gz"
    backup(source, file, NOW)
    killed("restore", file, target, 12)
    with pytest.raises(CatalogueError, match="has not ended"):
        Catalogue.open(target)
    restore(file, target)
    check(target)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda packed: packed[: len(packed) // 2], "."),
        (lambda packed: gzip.compress(gzip.decompress(packed).replace(b"Changed.", b"Chanced.", 1)), "not those that"),
        (lambda packed: gzip.compress(gzip.decompress(packed).rpartition(b'{"end"')[0]), "too early"),
        (lambda packed: gzip.compress(b"{}"), "no backup of this program"),
        (lambda packed: b"some notes", "gzip"),
        (
            lambda packed: gzip.compress(gzip.decompress(packed).replace(b'"schema": "0', b'"schema": "9', 1)),
            "schema is 9",
        ),
    ],
)
def test_a_damaged_backup_is_refused_and_never_opened_as_a_catalogue(
    tmp_path: Path, damage: Callable[[bytes], bytes], why: str
) -> None:
    source, target, file = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db", tmp_path / "backup.gz"
    fill(source)
    backup(source, file, NOW)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(CatalogueError, match=why):
        restore(file, target)


def test_a_backup_of_an_older_schema_is_migrated(tmp_path: Path) -> None:
    source, target, file = f"sqlite:///{tmp_path}/old.db", f"sqlite:///{tmp_path}/new.db", tmp_path / "backup.gz"
    old = open_database(source, revision="0005")
    with old.write() as connection:
        columns = "id, scope, asker_id, quotes, shown, message_ids, at"
        values = "7, '42', '1', '[[\"a\", 1, 0, 4]]', 1, '[]', '2026-06-01 00:00:00'"
        connection.execute(text(f"INSERT INTO deliveries ({columns}) VALUES ({values})"))
    with old.read() as connection:
        written = gzip.compress("".join(older_backup(connection)).encode())
    old.close()
    file.write_bytes(written)
    assert restore(file, target) == 1
    with Catalogue.open(target) as catalogue, catalogue.database.read() as connection:
        pins = connection.execute(text("SELECT * FROM pinned_versions")).all()
    assert pins == [("delivery 7", "a", 1)], "as migration 0006 makes them"
    with pytest.raises(CatalogueError, match=r"holds a catalogue|its schema is"):
        restore(file, target)


def older_backup(connection: Connection) -> Iterator[str]:
    """The lines that a program of schema 0005 would have written."""
    yield '{"format": "verbatim backup", "version": 1, "schema": "0005"}\n'
    for table in tables_of(connection):
        yield json.dumps({"table": table.name, "columns": column_names(table), "counter": None}) + "\n"
        yield from (f"{encode(row)}\n" for rows in rows_of(connection, table) for row in rows)
        checksum = checksum_of(connection, table)
        yield json.dumps({"rows": checksum.rows, "sha256": checksum.sha256}) + "\n"
    yield '{"end": true}\n'


def test_a_backup_holds_one_state_of_a_catalogue_that_others_change(new_catalogue_url: Urls, tmp_path: Path) -> None:
    url, file = new_catalogue_url(), tmp_path / "backup.gz"
    fill(url)
    before = held(url)
    with Catalogue.open(url) as catalogue:

        def meanwhile(_: int) -> None:
            catalogue.facts.set("written", "meanwhile")
            catalogue.articles.store(record("https://example.org/0", "Changed meanwhile."), 1)

        backup(url, file, NOW, meanwhile)
    target = new_catalogue_url()
    restore(file, target)
    assert held(target)["article_versions"] == before["article_versions"]


def test_an_operator_backs_up_restores_and_moves_in_a_terminal(tmp_path: Path, postgresql: PostgresServer) -> None:
    terminal, url = Terminal(tmp_path, tmp_path / "data"), postgresql.empty()
    samples = ROOT / "ingest" / "data" / "samples"
    terminal.run("ingest", "add", samples)
    terminal.run("ingest", "run", "--once")
    before = terminal.run("ingest", "status", "--json").json
    assert "backed up:" in terminal.run("ingest", "backup", "news.gz").out
    assert "restored:" in terminal.run("ingest", "restore", "news.gz", DATABASE_URL=url).out
    status = terminal.run("ingest", "status", "--json", DATABASE_URL=url).json
    assert (status["articles"], status["backlog"]) == (before["articles"], before["chunks"])
    again = terminal.run("ingest", "restore", "news.gz", code=1).err
    assert "it holds a catalogue already" in again
    other = postgresql.empty()
    assert "moved and compared:" in terminal.run("ingest", "move", "--to", other).out
    assert terminal.run("ingest", "status", "--json", DATABASE_URL=other).json == before
    assert terminal.run("bot", "ask", "What is Trainium3?", DATABASE_URL=other).out
