"""Files and folders of this machine. A source is read again only when its bytes changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ingest.corpus.catalogue.sources import NO_GIVEN, Given, Source, SourceKind
from ingest.corpus.clock import parse_published
from ingest.errors import FailureKind, FetchError, ParseError, SourceError
from ingest.parse.models import ParsedArticle
from ingest.readers.models import Found, Reading, Unread

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".jsonl")


def read_local(source: Source) -> Reading:
    """Read a file, a folder or a .jsonl.

    Raises:
        FetchError: it is not there, or cannot be opened.
        ParseError: a single file holds no article.
    """
    path = Path(source.address)
    digest = _digest(_files(path, source.kind))
    if digest == source.content_sha256:
        return Reading(findings=(), unchanged=True)
    return Reading(findings=read_path(path, source.kind, source.given), content_sha256=digest)


def read_path(path: Path, kind: SourceKind, given: Given = NO_GIVEN) -> Iterable[Found | Unread]:
    """The articles of a file or a folder; raises as `read_local` does."""
    paths = _files(path, kind)
    return _folder(paths) if kind is SourceKind.FOLDER else list(_file(paths[0], given))


def _files(path: Path, kind: SourceKind) -> list[Path]:
    """The files a path stands for: no dot-files, no links, in the order of their paths."""
    if not path.exists():
        raise FetchError(
            FailureKind.FILE_MISSING,
            "cannot read",
            str(path),
            "it is not there any more",
            hint="Its articles stay. Put it back, or run `python -m ingest sources remove` with this path.",
        )
    if kind is not SourceKind.FOLDER:
        return [path]
    return sorted(p for p in path.rglob("*") if _is_article_file(p, path))


def _is_article_file(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder)
    hidden = any(part.startswith(".") for part in inside.parts)
    linked = any((folder / part).is_symlink() for part in (inside, *inside.parents))
    return path.suffix.lower() in SUFFIXES and not hidden and not linked and path.is_file()


def _digest(paths: list[Path]) -> str:
    """One hash over names and bytes."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path}\0".encode())
        digest.update(hashlib.sha256(_bytes(path)).digest())
    return digest.hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FetchError(
            FailureKind.FILE_UNREADABLE,
            "cannot read",
            str(path),
            error.strerror or "unreadable",
            hint="Check the file's permissions.",
        ) from error


def _folder(paths: list[Path]) -> Iterator[Found | Unread]:
    for path in paths:
        try:
            yield from _file(path, NO_GIVEN)
        except SourceError as error:
            yield Unread(str(path), None, path.name, str(error), error)


def _file(path: Path, given: Given) -> Iterator[Found | Unread]:
    body = _bytes(path)
    if path.suffix.lower() == ".jsonl":
        yield from _lines(path, body, given)
        return
    article = with_given(parse_file(path, body), given)
    if not article.text.strip():
        raise ParseError(
            FailureKind.NO_TEXT, "cannot read", str(path), "it holds no text", hint="Remove it, or fill it."
        )
    yield Found(str(path), article.url or f"file:{path}", article)


def parse_file(path: Path, body: bytes) -> ParsedArticle:
    """One file that is one article."""
    if path.suffix.lower() in (".html", ".htm"):
        from ingest.parse.page import parse_page  # trafilatura takes a while to import

        return parse_page(body, url=None, content_type="text/html")
    from ingest.parse.text import parse_text

    return parse_text(body, name=path.name)


def _lines(path: Path, body: bytes, given: Given) -> Iterator[Found | Unread]:
    from ingest.parse.jsonl import parse_jsonl

    articles, bad_lines = parse_jsonl(body)
    for bad in bad_lines:
        kind, which = FailureKind.BAD_LINE, f"{path}:{bad.number}"
        error = ParseError(kind, "cannot read a line", which, bad.why, hint="Correct the line; the others were read.")
        yield Unread(f"{path}#{bad.number}", None, f"line {bad.number}", str(error), error)
    for article in articles:
        named = replace(article, source=given.source or article.source)
        yield Found(str(article.url), str(article.url), named)


def with_given(article: ParsedArticle, given: Given) -> ParsedArticle:
    """What the operator said of a single file beats what the file says."""
    return replace(
        article,
        title=given.title or article.title,
        source=given.source or article.source,
        url=given.url or article.url,
        published_at=parse_published(given.published) if given.published else article.published_at,
    )
