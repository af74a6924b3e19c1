"""Text files become articles."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ParseError
from ingest.parse.plain import plain_text
from ingest.parse.text import parse_text


def test_front_matter_names_what_the_text_does_not() -> None:
    article = parse_text(
        b'---\r\ntitle: "Chips: a history"\nsource: Example Weekly\nurl: https://Example.org/a?utm_source=x\n'
        b"Author: A. Writer\n\npublished: 2026-06-01\n---\r\n\r\nFirst line.\r\nSecond.\n",
        name="a.md",
    )
    assert article.title == "Chips: a history"
    assert (article.source, article.author) == ("Example Weekly", "A. Writer")
    assert article.url == "https://example.org/a"
    assert article.published_at == datetime(2026, 6, 1, tzinfo=UTC)
    assert article.text == "First line.\nSecond.\n"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The title #\n\nBody.", "The title"),
        ("\n\nPlain first line\nmore\n## Part", "Plain first line"),
        ("## Part\n\nBody.", "Part"),
        ("[badge]\n\n# Real title\n\nBody.", "Real title"),
        ("---\ntitle: Unfinished front matter\nBody goes on", "---"),
        ("---\nno colon here\n---\nBody", "---"),
        ("", "notes"),
        (" \n\t\n", "notes"),
    ],
)
def test_a_title_is_found(text: str, title: str) -> None:
    article = parse_text(text.encode(), name="folder/notes.txt")
    assert article.title == title
    assert article.text == text
    assert article.url is None


@given(st.text().filter(lambda text: not text.lstrip("\ufeff").startswith("---")))
def test_the_text_is_the_files_own(text: str) -> None:
    assert parse_text(text.encode(), name="a.txt").text == plain_text(text)


@given(st.binary())
def test_any_bytes_are_an_article_or_illegible(body: bytes) -> None:
    with suppress(ParseError):
        article = parse_text(body, name="a.txt")
        (article.title + article.text).encode()
        assert article.title
