"""Newsletters out of an .mbox file or a Maildir folder: each message once, with its subject, sender and date."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.sources.models import SourceKind
from tests.ingest.reading_desk import ReadingDesk, reading

AURORA = (
    "Nordlicht Labs released Aurora this week, a small language model with open weights. "
    "It runs on a phone and answers in forty languages, the lab says. The weights are free for everybody."
)


@pytest.fixture
def desk(catalogue: Catalogue) -> Iterator[ReadingDesk]:
    with reading(catalogue) as opened:
        yield opened


def letter(subject: str = "Aurora is out", text: str = AURORA, html: str = "", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "The Weekly Model <news@weekly.example>"
    message["Subject"] = subject
    message["Date"] = "Mon, 08 Jun 2026 09:00:00 +0200"
    message["Message-ID"] = f"<{len(subject)}@weekly.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    return message


def mbox(path: Path, *messages: EmailMessage) -> Path:
    box = mailbox.mbox(path)
    for message in messages:
        box.add(message)
    box.close()
    return path


def test_a_message_is_an_article_of_its_sender_with_its_subject_and_date(desk: ReadingDesk, tmp_path: Path) -> None:
    archived = "<https://weekly.example/aurora>"
    desk.add(mbox(tmp_path / "news.mbox", letter(Archived_At=archived)))
    assert desk.outcomes() == {"new": 1}
    article = desk.articles()["Aurora is out"]
    assert (article.card.source, article.card.url) == ("The Weekly Model", "https://weekly.example/aurora")
    assert article.card.published_at == datetime(2026, 6, 8, 7, tzinfo=UTC)
    assert article.text.split() == AURORA.split()


def test_the_words_of_an_html_message_are_read_without_its_marks(desk: ReadingDesk, tmp_path: Path) -> None:
    html = f"<html><body><h1>Aurora is out</h1><p>{AURORA}</p><p><img src='https://t.example/1.gif'></p></body></html>"
    desk.add(mbox(tmp_path / "news.mbox", letter(text="", html=html)))
    assert desk.outcomes() == {"new": 1}
    assert AURORA in desk.articles()["Aurora is out"].text
    assert "<" not in desk.articles()["Aurora is out"].text


def test_subjects_and_texts_in_any_encoding_are_words(desk: ReadingDesk, tmp_path: Path) -> None:
    message = letter(subject="Größere Modelle, kleinere Preise", text="")
    message.set_content(f"Für alle: {AURORA}", charset="iso-8859-1", cte="quoted-printable")
    desk.add(mbox(tmp_path / "news.mbox", message))
    desk.read()
    assert desk.articles()["Größere Modelle, kleinere Preise"].text.startswith("Für alle: Nordlicht")


def test_a_message_that_arrives_is_new_and_the_others_are_not_read_twice(desk: ReadingDesk, tmp_path: Path) -> None:
    path = mbox(tmp_path / "news.mbox", letter())
    desk.add(path)
    assert desk.outcomes() == {"new": 1}
    mbox(path, letter("Borealis follows", AURORA.replace("Aurora", "Borealis")))
    assert desk.outcomes()["new"] == 1
    assert set(desk.articles()) == {"Aurora is out", "Borealis follows"}


def test_a_maildir_is_known_by_its_folders_and_reading_a_message_there_changes_nothing(
    desk: ReadingDesk, tmp_path: Path
) -> None:
    box = mailbox.Maildir(tmp_path / "Mail")
    key = box.add(letter())
    desk.add(tmp_path / "Mail")
    assert desk.outcomes() == {"new": 1}
    seen = box.get_message(key)
    seen.set_subdir("cur")
    seen.set_flags("S")
    box[key] = seen
    assert desk.outcomes() == {"same": 1}


def test_a_message_without_words_is_reported_and_the_others_are_read(desk: ReadingDesk, tmp_path: Path) -> None:
    empty = letter("Nothing", text="")
    desk.add(mbox(tmp_path / "news.mbox", empty, letter()))
    assert desk.outcomes() == {"failed": 1, "new": 1}


def test_whatever_bytes_a_mailbox_holds_it_is_read_to_its_end(desk: ReadingDesk, tmp_path: Path) -> None:
    path = mbox(tmp_path / "news.mbox", letter())
    broken = (
        b"From x\nSubject: =?utf-8?q?=FF?=\nDate: yesterday\nContent-Type: text/plain; charset=none\n\n\xff\xfe\n\n"
    )
    path.write_bytes(broken + b"From y\nFrom: <@>\nContent-Type: multipart/mixed\n\nx\n\n" + path.read_bytes())
    desk.add(path)
    desk.read()
    assert "Aurora is out" in desk.articles()


def test_the_kind_is_shown(desk: ReadingDesk, tmp_path: Path) -> None:
    desk.add(mbox(tmp_path / "news.mbox", letter()))
    assert [source.kind for source in desk.catalogue.sources.all()] == [SourceKind.MAILBOX]
