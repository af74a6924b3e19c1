"""Files and folders of this machine. A source is read again only when its bytes have changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ingest.clock import parse_published
from ingest.errors import FailureKind, FetchError, ParseError, SettingsError, SourceError
from ingest.parse.documents import Documents
from ingest.parse.models import ParsedArticle
from ingest.parse.urls import canonical_url
from ingest.reading.readers.mailbox import files_of, read_mailbox
from ingest.reading.readers.models import FoundArticle, SourceContents, UnreadEntry
from ingest.sources.models import NO_OVERRIDES, FileOverrides, Source, SourceKind

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".jsonl")
PARSED_SUFFIXES = (".html", ".htm", ".pdf")


def read_local(source: Source, documents: Documents) -> SourceContents:
    """Read a file, a folder, a .jsonl file or a mailbox.

    Raises:
        FetchError: it does not exist, or cannot be opened.
        ParseError: a single file contains no article.
    """
    path = Path(source.address)
    digest = _digest(_files(path, source.kind))
    if digest == source.content_sha256:
        return SourceContents(findings=())
    return SourceContents(findings=read_path(path, source.kind, documents, source.given), content_sha256=digest)


def read_path(
    path: Path, kind: SourceKind, documents: Documents, given: FileOverrides = NO_OVERRIDES
) -> Iterable[FoundArticle | UnreadEntry]:
    """The articles of a file, a folder or a mailbox; raises as `read_local` does."""
    paths = _files(path, kind)
    if kind is SourceKind.MAILBOX:
        return read_mailbox(path, documents)
    return _folder(paths, documents) if kind is SourceKind.FOLDER else list(_file(paths[0], kind, documents, given))


def _files(path: Path, kind: SourceKind) -> list[Path]:
    """The files of a path, sorted: no dot-files, no links."""
    if not path.exists():
        raise FetchError(
            FailureKind.FILE_MISSING,
            "cannot read",
            str(path),
            "it no longer exists",
            hint="Its articles stay. Put it back, or run `python -m ingest sources remove` with this path.",
        )
    if kind is SourceKind.MAILBOX:
        return files_of(path)
    if kind is not SourceKind.FOLDER:
        return [path]
    return sorted(p for p in path.rglob("*") if _is_article_file(p, path))


def _is_article_file(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder)
    hidden = any(part.startswith(".") for part in inside.parts)
    linked = any((folder / part).is_symlink() for part in (inside, *inside.parents[:-1]))
    return path.suffix.lower() in SUFFIXES and not hidden and not linked and path.is_file()


def _digest(paths: list[Path]) -> str:
    """One hash of names and contents; for an unreadable file, its error is hashed."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(os.fsencode(path) + b"\0")
        try:
            with path.open("rb") as file:  # a mailbox may be larger than the memory
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            digest.update(str(error.strerror).encode())
    return digest.hexdigest()


def _name(path: Path | str) -> str:
    """A path as text that a database accepts: file names are bytes, and not always UTF-8 (PEP 383)."""
    return str(path).encode(errors="backslashreplace").decode()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FetchError(
            FailureKind.FILE_UNREADABLE,
            "cannot read",
            _name(path),
            error.strerror or "unreadable",
            hint="Check the file's permissions.",
        ) from error


def _folder(paths: list[Path], documents: Documents) -> Iterator[FoundArticle | UnreadEntry]:
    for path in paths:
        try:
            kind = SourceKind.JSONL if path.suffix.lower() == ".jsonl" else SourceKind.FILE
            yield from _file(path, kind, documents, NO_OVERRIDES)
        except SourceError as error:
            yield UnreadEntry(_name(path), None, _name(path.name), str(error), error)


def _file(
    path: Path, kind: SourceKind, documents: Documents, given: FileOverrides
) -> Iterator[FoundArticle | UnreadEntry]:
    body = _bytes(path)
    if kind is SourceKind.JSONL:
        yield from _lines(path, body, given)
        return
    article = with_given(parse_file(path, body, documents), given)
    if not article.text.strip():
        raise ParseError(
            FailureKind.NO_TEXT, "cannot read", _name(path), "it contains no text", hint="Remove it, or add text to it."
        )
    yield FoundArticle(_name(path), article, article.note)


def parse_file(path: Path, body: bytes, documents: Documents) -> ParsedArticle:
    """One file that is one article."""
    if path.suffix.lower() in PARSED_SUFFIXES:
        return documents.article(body, url=None, content_type="text/html", name=_name(path))
    from ingest.parse.text import parse_text

    return parse_text(body, name=_name(path))


def _lines(path: Path, body: bytes, given: FileOverrides) -> Iterator[FoundArticle | UnreadEntry]:
    from ingest.parse.jsonl import parse_jsonl

    articles, bad_lines = parse_jsonl(body, name=_name(path))
    for bad in bad_lines:
        kind, which = FailureKind.BAD_LINE, f"{_name(path)}:{bad.number}"
        error = ParseError(kind, "cannot read a line", which, bad.why, hint="Correct the line; the others were read.")
        yield UnreadEntry(f"{_name(path)}#{bad.number}", None, f"line {bad.number}", str(error), error)
    for article in articles:
        named = replace(article, source=given.source or article.source)
        yield FoundArticle(str(article.url), named)


def with_given(article: ParsedArticle, given: FileOverrides) -> ParsedArticle:
    """The article of a single file, with the operator's overrides."""
    return replace(
        article,
        title=given.title or article.title,
        source=given.source or article.source,
        url=_given_url(given.url) if given.url else article.url,
        published_at=parse_published(given.published) if given.published else article.published_at,
    )


def _given_url(text: str) -> str:
    url = canonical_url(text)
    if url is None:
        hint = "Write it whole, like https://example.org/article."
        raise SettingsError("wrong usage", "--url", f"{text!r} is not an http or https address", hint=hint)
    return url
