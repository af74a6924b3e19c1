"""Adding, finding and removing sources: what becomes registered, and what never does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import NotFoundError, SettingsError, SourceError
from ingest.models import SAMPLE_SCOPE
from ingest.reading.registry import SAMPLES, SHIPPED, STARTER
from ingest.sources.models import FileOverrides, SourceKind
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Reply, WebServer

RSS = Reply(
    body="<rss version='2.0'><channel><title>Weekly</title><item><title>One</title></item></channel></rss>",
    content_type="application/rss+xml",
)
OPML = '<opml version="2.0"><body><outline xmlUrl="https://a.example/f"/><outline xmlUrl="https://b.example/f"/></body></opml>'


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def sources(catalogue: Catalogue, web: WebServer) -> Iterator[ReadingDesk]:
    with reading(catalogue, allow_hosts=(web.host,)) as opened:
        yield opened


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_text("Aurora is a model.")
    return path


def listed(sources: ReadingDesk) -> list[tuple[str, str]]:
    return [(source.address, source.kind.value) for source in sources.catalogue.sources.all()]


def test_adding_the_same_file_twice_however_it_is_spelled_changes_nothing(
    sources: ReadingDesk, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(note.parent)
    (note.parent / "sub").mkdir()
    first = sources.add("note.md")
    before = sources.catalogue.sources.all()
    assert [source.is_new for source in first] == [True]
    for spelling in (note, "./note.md", "sub/../note.md"):
        assert [source.is_new for source in sources.add(spelling)] == [False]
    assert sources.catalogue.sources.all() == before


def test_adding_the_same_address_twice_changes_nothing_even_when_its_site_is_away(
    sources: ReadingDesk, web: WebServer
) -> None:
    web.on("/feed.xml", RSS)
    assert sources.add(web.url("/feed.xml"))[0].is_new
    before = sources.catalogue.sources.all()
    web.on("/feed.xml", Reply(503))
    again = web.url("/feed.xml").replace("http://", "HTTP://") + "#top"
    assert [(s.address, s.is_new) for s in sources.add(again)] == [(web.url("/feed.xml"), False)]
    assert sources.catalogue.sources.all() == before


def test_what_cannot_be_read_is_not_registered(sources: ReadingDesk, web: WebServer, tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text(" ")
    (tmp_path / "broken.opml").write_text("<opml>")
    web.on("/image", Reply(body=b"\x89PNG", content_type="image/png"))
    for address in (
        web.url("/nowhere"),
        web.url("/image"),
        "ftp://example.org/feed.xml",
        str(tmp_path / "missing.md"),
        str(tmp_path / "empty.md"),
        str(tmp_path / "broken.opml"),
        "example.org",
    ):
        with pytest.raises(SourceError):
            sources.add(address)
    assert listed(sources) == []


def test_a_kind_that_does_not_go_with_the_address_is_refused(sources: ReadingDesk, note: Path, web: WebServer) -> None:
    web.on("/feed.xml", RSS)
    for address, kind in (
        (note, SourceKind.FEED),
        (note, SourceKind.FOLDER),
        (note.parent, SourceKind.FILE),
        (web.url("/feed.xml"), SourceKind.JSONL),
    ):
        with pytest.raises(SettingsError, match="--kind"):
            sources.add(address, kind=kind)
    assert listed(sources) == []


def test_a_forced_kind_wins(sources: ReadingDesk, web: WebServer) -> None:
    web.on("/feed.xml", RSS)
    sources.add(web.url("/feed.xml"), kind=SourceKind.PAGE)
    assert listed(sources) == [(web.url("/feed.xml"), "page")]


@pytest.mark.parametrize(
    "given", [FileOverrides(title="T"), FileOverrides(published="2026-06-01"), FileOverrides(url="https://a.example/")]
)
def test_words_about_a_single_file_are_refused_for_anything_else(
    sources: ReadingDesk, web: WebServer, tmp_path: Path, given: FileOverrides
) -> None:
    web.on("/feed.xml", RSS)
    (tmp_path / "feeds.opml").write_text(OPML)
    (tmp_path / "news.jsonl").write_text("")
    for address in (web.url("/feed.xml"), tmp_path, tmp_path / "feeds.opml", tmp_path / "news.jsonl", STARTER):
        with pytest.raises(SettingsError, match="not one single file"):
            sources.add(address, given=given)
    assert listed(sources) == []


@pytest.mark.parametrize(
    "given", [FileOverrides(published="yesterday"), FileOverrides(url="javascript:alert(1)"), FileOverrides(url="a.b")]
)
def test_words_that_make_no_sense_are_refused(sources: ReadingDesk, note: Path, given: FileOverrides) -> None:
    with pytest.raises(SettingsError):
        sources.add(note, given=given)
    assert listed(sources) == []


def test_a_list_of_feeds_registers_each_of_them_once(sources: ReadingDesk, tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(OPML)
    assert [source.is_new for source in sources.add(path)] == [True, True]
    assert [source.is_new for source in sources.add(path)] == [False, False]
    assert listed(sources) == [("https://a.example/f", "feed"), ("https://b.example/f", "feed")]


def test_the_starter_is_a_list_of_feeds_that_ships_with_the_project(sources: ReadingDesk) -> None:
    added = sources.add(STARTER)
    assert len(added) > 5
    assert {source.kind for source in added} == {SourceKind.FEED}
    assert all(source.address.startswith("https://") for source in added)


def test_the_sample_articles_are_for_the_sample_scope_alone_whatever_part_is_added(
    sources: ReadingDesk, tmp_path: Path
) -> None:
    (tmp_path / "dots").mkdir()
    one = sorted(SAMPLES.glob("*.md"))[0]
    sources.add(SAMPLES)
    sources.add(SHIPPED / "samples" / ".." / "samples")
    sources.add(one, scope="42")
    for source in sources.catalogue.sources.all():
        assert sources.catalogue.sources.subscribed_scopes()[source.id] == [SAMPLE_SCOPE]
    sources.read()
    assert sources.visible("shared", "42") == 0
    assert sources.visible(SAMPLE_SCOPE) > 10


def test_a_source_is_removed_by_the_words_it_was_added_with(
    sources: ReadingDesk, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(note.parent)
    sources.add("note.md")
    sources.read()
    assert sources.visible() == 1
    sources.registry.remove("note.md")
    assert sources.visible() == 0
    for _ in range(2):
        with pytest.raises(NotFoundError, match="no such source"):
            sources.registry.remove("note.md")
    assert sources.add("note.md")[0].is_new
    assert sources.visible() == 1


def test_a_test_shows_what_would_be_read_and_registers_nothing(
    sources: ReadingDesk, web: WebServer, note: Path
) -> None:
    web.on("/feed.xml", RSS)
    preview = sources.registry.test(web.url("/feed.xml"))
    assert (preview.kind, preview.title, preview.titles) == (SourceKind.FEED, "Weekly", ("One",))
    assert sources.registry.test(str(note)).titles == ("Aurora is a model.",)
    assert listed(sources) == []
