"""Newsletters in a mailbox of this machine: an .mbox file or a Maildir folder, an article a message.

Reads the formats by the standard library (RFC 4155, RFC 5322, Maildir). Nothing in a message is fetched; attachments
are left alone.
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

from ingest.errors import FailureKind, ParseError
from ingest.parse.documents import Documents
from ingest.parse.models import ParsedArticle
from ingest.parse.text import parse_text
from ingest.parse.urls import canonical_url
from ingest.reading.readers.models import FoundArticle, UnreadEntry

MOST_BYTES = 20_000_000
"""A larger message is left out; a newsletter has some hundred thousand bytes."""
_TEXT_SHARE = 0.5
"""The HTML of a message is used where the article found in it has so much of the plain part's length."""


def is_maildir(path: Path) -> bool:
    """Whether a folder holds mail (maildir(5))."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def files_of(path: Path) -> list[Path]:
    """The files that hold the messages, sorted."""
    if not path.is_dir():
        return [path]
    return sorted(file for folder in ("cur", "new") for file in (path / folder).iterdir() if file.is_file())


def read_mailbox(path: Path, documents: Documents) -> Iterator[FoundArticle | UnreadEntry]:
    """The messages of a mailbox, in its order, one in memory at a time."""
    for body in _messages(path):
        try:
            message = message_from_bytes(body[:MOST_BYTES], policy=policy.default)
            assert isinstance(message, EmailMessage)
            key, title = _key(message, body), _header(message, "subject") or "(no subject)"
        except (ValueError, IndexError, AttributeError, TypeError):  # what the parser does with some broken headers
            error = _unreadable(str(path), FailureKind.NO_TEXT, "its headers cannot be read")
            yield UnreadEntry(sha256(body).hexdigest(), None, "a message", str(error), error)
            continue
        try:
            if len(body) > MOST_BYTES:
                raise _unreadable(title, FailureKind.TOO_LARGE, f"it has {len(body):,} bytes")
            yield FoundArticle(key, _article(message, title, documents))
        except ParseError as error:
            yield UnreadEntry(key, None, title, str(error), error)


def _messages(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        for file in files_of(path):
            yield file.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def _article(message: EmailMessage, title: str, documents: Documents) -> ParsedArticle:
    """The article of a message: what its headers say, and its words.

    Raises:
        ParseError: it contains no text.
    """
    plain, html = (_part(message, kind) for kind in ("plain", "html"))
    found = parse_text(plain, name=title) if plain.strip() else None
    if html.strip():
        try:
            page = documents.article(html, url=None, content_type="text/html", name=title)
            if found is None or len(page.text) >= _TEXT_SHARE * len(found.text):
                found = page
        except ParseError:
            if found is None:
                raise
    if found is None or not found.text.strip():
        raise _unreadable(title, FailureKind.NO_TEXT, "it contains no text")
    name, address = parseaddr(_header(message, "from"))
    return replace(
        found,
        url=canonical_url(_header(message, "archived-at").strip("<> ")),  # RFC 5064
        title=title,
        source=name or address.rpartition("@")[2] or found.source,
        author=None,
        published_at=_date(message) or found.published_at,
    )


def _part(message: EmailMessage, kind: str) -> bytes:
    """The bytes of the message's plain or HTML part, in UTF-8; b"" without one."""
    with suppress(KeyError, LookupError, ValueError, AttributeError, TypeError):  # parts that their headers belie
        part = message.get_body((kind,))
        if part is not None:
            return str(part.get_content()).encode(errors="replace")
    return b""


def _key(message: EmailMessage, body: bytes) -> str:
    return _header(message, "message-id") or sha256(body).hexdigest()


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _date(message: EmailMessage) -> datetime | None:
    with suppress(ValueError, TypeError, OverflowError):
        date = parsedate_to_datetime(_header(message, "date"))
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def _unreadable(which: str, kind: FailureKind, why: str) -> ParseError:
    return ParseError(kind, "cannot read a message", which, why, hint="The other messages were read.")
