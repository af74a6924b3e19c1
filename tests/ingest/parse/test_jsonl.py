"""Articles by the line."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ParseError
from ingest.parse.jsonl import parse_jsonl
from ingest.parse.models import BadLine, ParsedArticle

ROW = {"url": "https://example.org/1", "title": "One", "source": "Example", "text": "Body.\r\nMore."}


def lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def test_a_line_is_an_article() -> None:
    dated = ROW | {"url": "https://example.org/2", "published_at": "2026-05-01T05:44:39Z", "author": "A. Writer"}
    articles, bad = parse_jsonl(lines(ROW, dated) + b"\r\n\r\n", name="news.jsonl")
    assert bad == []
    assert [article.url for article in articles] == ["https://example.org/1", "https://example.org/2"]
    assert (articles[0].title, articles[0].source, articles[0].text) == ("One", "Example", "Body.\nMore.")
    assert (articles[0].published_at, articles[0].author) == (None, None)
    assert articles[1].published_at == datetime(2026, 5, 1, 5, 44, 39, tzinfo=UTC)
    assert articles[1].author == "A. Writer"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"[" * 100_000, "nests too deeply"),
        (lines({k: v for k, v in ROW.items() if k != "url"}), "`url` is missing"),
        (lines(ROW | {"url": "example.org"}), "`url` is not an http"),
        (lines(ROW | {"title": " \n"}), "`title` is empty"),
        (lines(ROW | {"text": "\x00"}), "`text` is empty"),
        (lines(ROW | {"text": 7}), "`text` is not a string"),
        (lines(ROW | {"source": ["x"]}), "`source` is not a string"),
        (lines(ROW | {"published_at": "last week"}), "`published_at` is not an ISO 8601 date"),
    ],
)
def test_a_bad_line_is_reported_with_its_number_while_the_rest_go_on(line: bytes, why: str) -> None:
    articles, bad = parse_jsonl(b"\n" + line + b"\n" + lines(ROW), name="news.jsonl")
    assert [article.title for article in articles] == ["One"]
    assert [(entry.number, why in entry.why) for entry in bad] == [(2, True)]


def test_of_two_lines_with_one_url_the_last_counts() -> None:
    articles, bad = parse_jsonl(
        lines(ROW, ROW | {"url": "https://EXAMPLE.org/1#x", "title": "Corrected"}), name="news.jsonl"
    )
    assert [article.title for article in articles] == ["Corrected"]
    assert bad == []


@given(st.lists(st.one_of(st.binary(), st.dictionaries(st.sampled_from([*ROW]), st.text()).map(lines))))
def test_any_bytes_are_articles_or_bad_lines_or_illegible(parts: list[bytes]) -> None:
    articles: list[ParsedArticle] = []
    bad: list[BadLine] = []
    with suppress(ParseError):
        articles, bad = parse_jsonl(b"\n".join(parts), name="news.jsonl")
    for article in articles:
        (article.title + article.text + article.source).encode()
    assert all(entry.number >= 1 and entry.why for entry in bad)
