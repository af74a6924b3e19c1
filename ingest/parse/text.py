"""A .txt or .md file as an article. Optional front matter gives what the text itself does not:

---
title: A quiet week
source: Example Weekly
url: https://example.org/quiet
author: A. Writer
published: 2026-06-01
---
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from ingest.parse.charset import decode_document
from ingest.parse.dates import parse_date
from ingest.parse.models import ParsedArticle
from ingest.parse.plain import plain_line, plain_text
from ingest.parse.tables import LONGEST_LABEL, MOST_COLUMNS
from ingest.parse.urls import canonical_url
from ingest.text.layout import fenced, has_fence

_FENCE = re.compile(r"-{3,}[ \t]*")
_HEADING = re.compile(r"#[ \t]+(.+?)[ \t#]*")
_NEAR_TOP = 10  # lines
_LONGEST_TITLE = 200  # characters


def parse_text(body: bytes, *, name: str) -> ParsedArticle:
    """Read a text file called `name`. A file without words becomes an article without text.

    The text is the file's own, with newlines normalised and columns named in the rows of tables. The title is the
    front matter's, else the first heading of level 1, else the first line that is not empty, else the file's name.

    Raises:
        ParseError: BAD_CHARSET.
    """
    document, note = decode_document(body, what="cannot read the file", which=name)
    given, text = _front_matter(plain_text(document))
    return ParsedArticle(
        url=canonical_url(given.get("url", "")),
        title=plain_line(given.get("title", "")) or _title_of(text) or plain_line(PurePath(name).stem),
        source=plain_line(given.get("source", "")),
        author=plain_line(given.get("author", "")) or None,
        published_at=parse_date(given.get("published", "")),
        text=name_columns(text),
        note=note,
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The front matter's pairs and the text after it; ({}, text) without complete front matter."""
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return {}, text
    pairs: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=1):
        if _FENCE.fullmatch(line):
            return pairs, "\n".join(lines[number + 1 :]).lstrip("\n")
        key, colon, value = line.partition(":")
        if colon:
            pairs[key.strip().lower()] = _unquoted(value)
        elif line.strip():
            break
    return {}, text


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _title_of(text: str) -> str:
    """A heading of the first level near the top (badges and dates may come above it), else the first line."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    headings = [match.group(1) for match in map(_HEADING.fullmatch, lines[:_NEAR_TOP]) if match]
    first = headings[0] if headings else next(iter(lines), "")
    return plain_line(first.lstrip("# "))[:_LONGEST_TITLE]


_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")
_BAR = re.compile(r"(?<!\\)\|")
_MARKS: Final = "*_` :"


def name_columns(text: str) -> str:
    """The text with the rows of its tables rewritten: "Model: Osprey 3 | Price: $2.00". Code stays as it is."""
    if "|" not in text:
        return text
    lines = text.split("\n")
    is_code = fenced(lines) if has_fence(text) else [0] * len(lines)
    out: list[str] = []
    header: list[str] = []
    for n, line in enumerate(lines):
        below = lines[n + 1] if n + 1 < len(lines) else ""
        if is_code[n] or "|" not in line:
            header = []
        elif _is_rule(below) and not header and 1 < len(_cells(line)) <= MOST_COLUMNS:
            header = [cell.strip(_MARKS)[:LONGEST_LABEL] for cell in _cells(line)]
            continue
        elif header:
            if not _is_rule(line):
                out.append(_named(header, _cells(line)))
            continue
        out.append(line)
    return "\n".join(out)


def _is_rule(line: str) -> bool:
    return len(line) < 2000 and _RULE.fullmatch(line) is not None and "-" in line


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "¦") for cell in _BAR.split(line.strip().removeprefix("|").removesuffix("|"))]


def _named(header: list[str], cells: list[str]) -> str:
    """A row as "name: cell | name: cell", without the cells that are empty."""
    pairs = [(header[n] if n < len(header) else "", cell) for n, cell in enumerate(cells) if cell]
    return " | ".join(f"{name}: {cell}" if name and name != cell else cell for name, cell in pairs)
