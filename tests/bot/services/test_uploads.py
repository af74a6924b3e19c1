"""Files that people give as sources: bounded, of known kinds, under names of ours, gone when they are no source."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.discord.messages import source_messages
from bot.errors import AskersError
from bot.services import uploads as uploads_module
from bot.services.sources import SourceService
from bot.services.uploads import UploadStore
from ingest.catalogue import Catalogue
from ingest.clock import utc_now
from ingest.errors import SourceError
from ingest.fetch import Fetcher
from ingest.parse.documents import ParsersHere
from ingest.reading.registry import Registry
from ingest.reading.worker import Worker
from ingest.settings import IngestSettings
from ingest.wiring import make_pipeline, open_fetcher

GUILD = "7"
TEXT = b"# Aurora\n\nAurora is a model of Sylvania Labs. It has nine billion parameters.\n"


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with open_fetcher(IngestSettings.load()) as opened:
        yield opened


@pytest.fixture
def store(catalogue: Catalogue, tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path, catalogue)


@pytest.fixture
def keeper(catalogue: Catalogue, fetcher: Fetcher, store: UploadStore) -> SourceService:
    return SourceService(Registry(catalogue, fetcher, ParsersHere()), uploads=store)


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "uploads").rglob("*") if path.is_file()]


def test_a_file_is_a_source_of_its_server_until_it_is_removed(
    keeper: SourceService, catalogue: Catalogue, fetcher: Fetcher, tmp_path: Path
) -> None:
    (added,) = keeper.upload("Aurora.md", TEXT, GUILD)
    (again,) = keeper.upload("Aurora.md", TEXT, GUILD)
    assert (added.is_new, again.is_new) == (True, False)
    Worker(catalogue, make_pipeline(IngestSettings.load(), catalogue, fetcher, ParsersHere()), None, 1).read_due(
        once=True
    )
    (listed,) = keeper.list((GUILD, "shared"))
    assert listed.address.startswith("upload:")
    assert listed.address.endswith("/Aurora.md")
    assert listed.articles == 1
    assert keeper.list(("8", "shared")) == []
    assert str(tmp_path) not in "".join(source_messages.listed([listed]) + source_messages.uploaded([added]))
    assert keeper.refresh(listed.address, GUILD) == listed.address
    found = keeper.find(listed.address, GUILD)
    with pytest.raises(AskersError):
        keeper.find(listed.address, "8")
    assert keeper.remove(found.id, GUILD) == listed.address
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.md", "/abs/olute.md", "..md", "a b\n`c`@everyone.md", "\x00.md", "ж" * 300 + ".md", ".md.md"],
)
def test_whatever_it_is_called_a_file_lies_in_its_servers_folder_under_a_plain_name(
    keeper: SourceService, tmp_path: Path, name: str
) -> None:
    keeper.upload(name, TEXT, GUILD)
    (path,) = files(tmp_path)
    assert path.resolve().is_relative_to(tmp_path / "uploads" / GUILD)
    assert set(path.name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert not path.name.startswith(".")
    assert len(path.name) <= 80


@pytest.mark.parametrize(
    ("name", "body"), [("a.exe", TEXT), ("a", TEXT), ("a.jsonl", TEXT), ("a.md", b"x" * 20_000_001), ("a.opml", b"no")]
)
def test_other_kinds_and_what_is_too_large_are_refused_and_not_kept(
    keeper: SourceService, tmp_path: Path, name: str, body: bytes
) -> None:
    with pytest.raises(AskersError):
        keeper.upload(name, body, GUILD)
    assert files(tmp_path) == []


def test_a_file_without_an_article_is_not_kept(keeper: SourceService, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        keeper.upload("empty.pdf", b"no pdf at all", GUILD)
    assert files(tmp_path) == []


def test_a_server_has_room_for_so_many_bytes(keeper: SourceService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_module, "MOST_BYTES_OF_A_SCOPE", len(TEXT) + 5)
    keeper.upload("a.md", TEXT, GUILD)
    keeper.upload("a.md", TEXT, "8")
    with pytest.raises(AskersError, match="no room"):
        keeper.upload("b.md", TEXT + b"More.", GUILD)


def test_files_that_nobody_reads_any_more_are_deleted_and_others_are_not(
    keeper: SourceService, store: UploadStore, catalogue: Catalogue, tmp_path: Path
) -> None:
    for scope in (GUILD, "8"):
        keeper.upload("a.md", TEXT, scope)
    for path in files(tmp_path):
        os.utime(path, (time.time() - 9_000, time.time() - 9_000))
    source = next(source for source in catalogue.sources.all((GUILD,)))
    catalogue.sources.unsubscribe(source, GUILD)  # as when a server was left
    store.tidy(utc_now())
    assert [path.parts[-3] for path in files(tmp_path)] == ["8"]


def test_a_list_of_feeds_is_imported(keeper: SourceService) -> None:
    opml = b'<opml version="2.0"><body><outline xmlUrl="https://a.example/feed"/></body></opml>'
    (added,) = keeper.upload("feeds.opml", opml, GUILD)
    assert added.address == "https://a.example/feed"
