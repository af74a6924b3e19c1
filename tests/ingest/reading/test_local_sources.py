"""Files, folders and .jsonl as sources: read when their bytes changed, and never losing what was read before."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind
from ingest.sources.models import FileOverrides, SourceKind
from tests.ingest.reading_desk import ReadingDesk, reading


@pytest.fixture
def local(catalogue: Catalogue) -> Iterator[ReadingDesk]:
    with reading(catalogue) as opened:
        yield opened


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def line(name: str, text: str = "It is out.", **more: object) -> str:
    return json.dumps({"url": f"https://example.org/{name}", "title": name, "source": "Weekly", "text": text, **more})


def test_a_single_file_is_an_article_without_an_address_as_its_operator_describes_it(
    local: ReadingDesk, news: Path
) -> None:
    (news / "note.txt").write_text("Aurora is a model.\n\nIt is small.")
    local.add(news / "note.txt", given=FileOverrides(title="On Aurora", source="Weekly", published="2026-06-01"))
    assert local.outcomes() == {"new": 1}
    article = local.articles()["On Aurora"]
    assert (article.card.url, article.card.source) == (None, "Weekly")
    assert article.card.published_at == datetime(2026, 6, 1, tzinfo=UTC)
    assert article.text == "Aurora is a model.\n\nIt is small."


def test_what_the_operator_says_beats_the_front_matter(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("---\ntitle: Theirs\nsource: Them\nurl: https://example.org/a\n---\n\nText.")
    local.add(news / "a.md", given=FileOverrides(title="Ours", url="https://example.org/ours?utm_source=x"))
    local.read()
    card = local.articles()["Ours"].card
    assert (card.source, card.url) == ("Them", "https://example.org/ours")


def test_a_file_that_did_not_change_is_not_read_again(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("One.")
    local.add(news / "a.md")
    assert local.outcomes() == {"new": 1}
    os.utime(news / "a.md", (1, 1))
    assert local.outcomes() == {}


def test_changed_bytes_make_a_new_version_and_the_old_one_stays(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("# Aurora\n\nOne.")
    local.add(news / "a.md")
    local.read()
    (news / "a.md").write_text("# Aurora\n\nTwo.")
    assert local.outcomes() == {"changed": 1}
    now = local.articles()["Aurora"]
    before = local.catalogue.articles.show(now.card.id, 1)
    assert (now.text, now.card.version) == ("# Aurora\n\nTwo.", 2)
    assert before is not None
    assert before.text == "# Aurora\n\nOne."


def test_a_vanished_file_is_reported_with_its_kind_and_its_article_stays(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("# Aurora\n\nOne.")
    local.add(news / "a.md")
    local.read()
    (news / "a.md").unlink()
    assert local.failure() is FailureKind.FILE_MISSING
    (source,) = local.catalogue.sources.all()
    assert source.failure_kind == "file_missing"
    assert local.visible() == 1
    (news / "a.md").write_text("# Aurora\n\nOne.")
    assert local.failure() is None


def test_an_empty_file_cannot_be_added_and_a_file_that_is_emptied_fails(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("One.")
    local.add(news / "a.md")
    local.read()
    (news / "a.md").write_text("\n")
    assert local.failure() is FailureKind.NO_TEXT
    assert local.visible() == 1


def test_a_file_that_cannot_be_opened_any_more_is_reported_with_its_kind(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("One.")
    local.add(news / "a.md")
    local.read()
    (news / "a.md").unlink()
    (news / "a.md").mkdir()
    assert local.failure() is FailureKind.FILE_UNREADABLE
    assert local.visible() == 1


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.jsonl"])
def test_a_file_in_no_known_encoding_fails_and_its_articles_stay(local: ReadingDesk, news: Path, name: str) -> None:
    text = line("one") if name == "a.jsonl" else "<p>A sentence that is long enough for an article of its own.</p>" * 4
    (news / name).write_text(text)
    local.add(news / name)
    local.read()
    (news / name).write_bytes("Модель читает новости".encode("koi8-r"))
    assert local.failure() is FailureKind.BAD_CHARSET
    assert local.visible() == 1


def test_a_folder_is_read_in_depth_without_dot_files_links_and_other_formats(
    local: ReadingDesk, news: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    for path in ("a.md", "deep/er/b.txt", "c.HTML", ".hidden.md", ".git/d.md", "e.png"):
        (news / path).parent.mkdir(parents=True, exist_ok=True)
        (news / path).write_text(f"<p>This is the text of the file {path}, told in one long enough sentence.</p>")
    outside.mkdir()
    (outside / "f.md").write_text("Outside.")
    (news / "f.md").symlink_to(outside / "f.md")
    (news / "linked").symlink_to(outside)
    local.add(news)
    assert local.outcomes() == {"new": 3}
    named = [local.catalogue.articles.named([str(news / path)]) for path in ("a.md", "deep/er/b.txt", "c.HTML")]
    assert all(named)


def test_a_folder_may_itself_be_named_by_a_link(local: ReadingDesk, news: Path, tmp_path: Path) -> None:
    (news / "a.md").write_text("One.")
    (tmp_path / "link").symlink_to(news)
    local.add(tmp_path / "link")
    assert local.outcomes() == {"new": 1}


def test_a_file_new_in_a_folder_is_read_and_one_taken_out_keeps_its_article(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("One.")
    local.add(news)
    local.read()
    (news / "a.md").rename(news.parent / "away.md")
    (news / "b.md").write_text("Two.")
    assert local.outcomes() == {"new": 1}
    assert local.visible() == 2


def test_one_bad_file_does_not_stop_its_folder(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("One.")
    (news / "b.md").write_text("")
    (news / "c.md").write_text("Three.")
    local.add(news)
    report = local.read_one()
    assert report.error is None
    assert report.counts == {"new": 2, "failed": 1}
    assert [error.which for error in report.item_errors] == [str(news / "b.md")]
    assert local.detail(str(news / "b.md"))[0] == "failed"


def test_a_folder_of_which_nothing_can_be_read_is_a_failing_source_until_something_can(
    local: ReadingDesk, news: Path
) -> None:
    (news / "a.md").write_text("")
    (news / "b.pdf").write_bytes(b"%PDF-1.7 damaged")
    local.add(news)
    for _ in range(2):  # unchanged bytes are no success
        report = local.read_one()
        assert report.error is not None
        assert (report.error.kind, report.counts) == (FailureKind.NO_TEXT, {"failed": 2})
        assert "a.md" in str(report.error)
    (source,) = local.catalogue.sources.all()
    assert (source.failures, source.failure_kind) == (2, "no_text")
    (news / "c.md").write_text("Words.")
    assert local.outcomes() == {"new": 1, "failed": 2}
    assert local.catalogue.sources.get(str(news)).failures == 0


def test_lines_none_of_which_is_an_article_are_a_failing_source(local: ReadingDesk, news: Path) -> None:
    (news / "a.jsonl").write_text(line("one"))
    local.add(news / "a.jsonl")
    local.read()
    (news / "a.jsonl").write_text("nonsense\n{}\n")
    assert local.failure() is FailureKind.BAD_LINE
    assert set(local.articles()) == {"one"}


def test_a_file_name_that_is_no_utf8_is_no_obstacle(local: ReadingDesk, news: Path) -> None:
    try:
        (news / os.fsdecode(b"caf\xe9.md")).write_text("One.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    local.add(news)
    assert local.outcomes() == {"new": 1}


def test_lines_are_articles_kept_when_missing_and_versioned_when_changed(local: ReadingDesk, news: Path) -> None:
    path = news / "news.jsonl"
    path.write_text("\n".join([line("one"), line("two", published_at="2026-06-01"), line("three", author="Ann")]))
    local.add(path)
    assert local.outcomes() == {"new": 3}
    path.write_text("\n".join([line("one"), line("two", "It is late.", published_at="2026-06-01"), line("four")]))
    assert local.outcomes() == {"same": 1, "changed": 1, "new": 1}
    stored = local.articles()
    assert {title: article.card.version for title, article in stored.items()} == {
        "one": 1, "two": 2, "three": 1, "four": 1,
    }  # fmt: skip
    two, three = stored["two"].card, stored["three"].card
    assert (two.url, two.published_at) == ("https://example.org/two", datetime(2026, 6, 1, tzinfo=UTC))
    assert (three.author, three.source) == ("Ann", "Weekly")


def test_a_bad_line_is_reported_with_its_number_and_the_others_are_read(local: ReadingDesk, news: Path) -> None:
    path = news / "news.jsonl"
    path.write_text("\n".join([line("one"), "{broken", "", line("two", text="", title="x"), line("three")]))
    local.add(path)
    report = local.read_one()
    assert report.counts == {"new": 2, "failed": 2}
    assert [error.which for error in report.item_errors] == [f"{path}:2", f"{path}:4"]
    assert {error.kind for error in report.item_errors} == {FailureKind.BAD_LINE}


def test_the_source_given_for_lines_is_their_publisher(local: ReadingDesk, news: Path) -> None:
    (news / "news.jsonl").write_text(line("one"))
    local.add(news / "news.jsonl", given=FileOverrides(source="Ours"))
    local.read()
    assert local.articles()["one"].card.source == "Ours"


def test_a_file_of_lines_by_another_name_is_read_as_it_was_forced(local: ReadingDesk, news: Path) -> None:
    (news / "dump.txt").write_text("\n".join([line("one"), line("two")]))
    local.add(news / "dump.txt", kind=SourceKind.JSONL)
    assert local.outcomes() == {"new": 2}


def test_what_was_forgotten_does_not_come_back_with_its_file(local: ReadingDesk, news: Path) -> None:
    (news / "a.md").write_text("One.")
    local.add(news / "a.md")
    local.read()
    (article,) = local.articles().values()
    local.catalogue.articles.forget(article.card.id, local.now[0])
    (news / "a.md").write_text("Two.")
    assert local.outcomes() == {"forgotten": 1}
    assert local.articles() == {}
