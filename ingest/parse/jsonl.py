"""A .jsonl: an article per line, {"url", "title", "source", "published_at"?, "author"?, "text"}, keyed by `url`."""

from __future__ import annotations

import json
from typing import Any

from ingest.parse.charset import decode_document
from ingest.parse.dates import parse_date
from ingest.parse.models import BadLine, ParsedArticle
from ingest.parse.plain import plain_line, plain_text
from ingest.parse.text import name_columns
from ingest.parse.urls import canonical_url


def parse_jsonl(body: bytes, *, name: str) -> tuple[list[ParsedArticle], list[BadLine]]:
    """The articles of a file called `name`, in the order of their first lines, and the bad lines.

    Of several lines with the same url the last one counts: such files grow at their end.

    Raises:
        ParseError: BAD_CHARSET.
    """
    document, _ = decode_document(body, what="cannot read the file", which=name)
    articles: dict[str, ParsedArticle] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(document.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            article = _article(line)
            articles[str(article.url)] = article
        except ValueError as error:
            bad.append(BadLine(number, str(error)))
    return list(articles.values()), bad


def _article(line: str) -> ParsedArticle:
    row = _object(line)
    url = canonical_url(_string(row, "url", required=True))
    if url is None:
        raise ValueError("`url` is not an http or https address")
    published = _string(row, "published_at")
    published_at = parse_date(published)
    if published and published_at is None:
        raise ValueError("`published_at` is not an ISO 8601 date")
    return ParsedArticle(
        url=url,
        title=plain_line(_string(row, "title", required=True)),
        source=plain_line(_string(row, "source")),
        author=plain_line(_string(row, "author")) or None,
        published_at=published_at,
        text=name_columns(plain_text(_string(row, "text", required=True))),
    )


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg.removesuffix(' at')} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    if not isinstance(row, dict):
        raise ValueError("it is not a JSON object")
    return row


def _string(row: dict[str, Any], key: str, *, required: bool = False) -> str:
    value = row.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"`{key}` is missing" if value is None else f"`{key}` is not a string")
    if required and not plain_line(value):
        raise ValueError(f"`{key}` is empty")
    return value
