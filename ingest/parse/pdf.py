"""A PDF to an article: the text layer as pdfium reads it, and the document information.

Lines stay lines, since a PDF has no paragraphs. Lines that repeat at the edges of pages are dropped, and words that
were hyphenated at the end of a line are rejoined.
"""

from __future__ import annotations

import re
import threading
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

from ingest.errors import FailureKind, ParseError
from ingest.parse.dates import parse_date
from ingest.parse.models import ParsedArticle
from ingest.parse.pdf_lines import MOST_PLACED, Line, page_lines, without_furniture
from ingest.parse.plain import plain_line, plain_text
from ingest.parse.urls import canonical_url, host_of

MAX_PAGES = 1000
MAX_CHARACTERS = 5_000_000

_PDFIUM = threading.Lock()  # the library is not thread-safe (pypdfium2's README, "Thread safety")
_HYPHENATED = re.compile(r"[\x02\u00ad\ufffe]\s*\n?")  # pdfium's marks for a hyphen at the end of a line
_LINE_END_BLANKS = re.compile(r"[ \t]+(?=\n)")
_MANY_NEWLINES = re.compile(r"\n{3,}")
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?(?:([+-])(\d\d)'?(\d\d))?")
_USELESS_TITLE = re.compile(r"untitled|microsoft word.*|.*\.(docx?|tex|indd|pdf|dvi)", re.IGNORECASE)
_LONGEST_TITLE = 200  # characters


def parse_pdf(body: bytes, *, url: str | None, name: str = "") -> ParsedArticle:
    """Read a PDF fetched from `url`, or a local file called `name`.

    Raises:
        ParseError: BAD_PDF if it is damaged or encrypted, NO_TEXT if it contains only images of text.
    """
    which = url or name or "this file"
    information, first, pages = _read(body, which)
    text = _joined(pages)
    if not text:
        raise ParseError(FailureKind.NO_TEXT, "cannot read the PDF", which, "it has no text, only pictures")
    return ParsedArticle(
        url=canonical_url(url) if url else None,
        title=_title(information, first, which),
        source=host_of(url) if url else "",
        author=plain_line(information.get("Author", "")) or None,
        published_at=_date(information.get("CreationDate", "")),
        text=text,
    )


def _read(body: bytes, which: str) -> tuple[dict[str, str], str, list[str]]:
    """The document's information, its first line, and the text of its pages, up to the bounds."""
    import pypdfium2  # type: ignore[import-untyped]

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(body)
        except pypdfium2.PdfiumError as error:
            raise ParseError(FailureKind.BAD_PDF, "cannot read the PDF", which, str(error)) from error
        try:
            return document.get_metadata_dict(skip_empty=True), *_pages(document)
        except pypdfium2.PdfiumError as error:
            raise ParseError(FailureKind.BAD_PDF, "cannot read the PDF", which, str(error)) from error
        finally:
            document.close()


def _pages(document: Any) -> tuple[str, list[str]]:
    """The first line, which may be a running head and often names the document, and the text of each page."""
    placed: list[list[Line]] = []
    plain: list[str] = []
    room, placeable = MAX_CHARACTERS, MOST_PLACED
    for n in range(min(len(document), MAX_PAGES)):
        page = document[n]
        words = page.get_textpage()
        count = words.count_chars()
        placeable -= count
        if placeable >= 0 and not plain:
            placed.append(page_lines(words))
        else:
            plain.append(words.get_text_range()[:room])
        words.close()
        page.close()
        room -= count
        if room <= 0:
            break
    first = next((page[0].text for page in placed if page), "\n".join(plain).strip().partition("\n")[0])
    return first, ["\n".join(lines) for lines in without_furniture(placed)] + plain


def _joined(pages: list[str]) -> str:
    """The pages joined like lines, because a sentence may run across them."""
    text = "\n".join(page.replace("\r\n", "\n").strip() for page in pages)
    text = plain_text(_HYPHENATED.sub("", text))
    return _MANY_NEWLINES.sub("\n\n", _LINE_END_BLANKS.sub("", text)).strip()


def _title(information: dict[str, str], first: str, which: str) -> str:
    """The document's own title, unless software filled it in; else its first line; else its file name."""
    said = plain_line(information.get("Title", ""))
    if said and not _USELESS_TITLE.fullmatch(said):
        return said
    return plain_line(first)[:_LONGEST_TITLE] or plain_line(PurePath(unquote(urlsplit(which).path)).stem)


def _date(said: str) -> datetime | None:
    """A PDF date, D:20260501054439+02'00' (ISO 32000-1, 7.9.4)."""
    match = _DATE.match(said)
    if match is None:
        return None
    year, month, day, hour, minute, second, sign, zone_hour, zone_minute = match.groups(default="00")
    zone = f"{sign}{zone_hour}:{zone_minute}" if sign in ("+", "-") else "+00:00"
    return parse_date(f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}")
