"""What strangers write may be of any length; what is kept of it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalogue import Catalogue
from ingest.parse.models import ParsedArticle
from ingest.reading.prepare import to_record
from ingest.text.bounds import AUTHOR, HEADING, PUBLISHER, TITLE, cut_text, shortened
from tests.ingest.examples import NOW, add_source


@given(st.text(max_size=80), st.integers(2, 60))
def test_a_shortened_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


def test_a_title_is_cut_at_a_word() -> None:
    assert shortened("Aurora releases a model of language", 20) == "Aurora releases a…"


@given(st.text(max_size=80), st.integers(2, 60))
def test_a_cut_text_is_a_beginning_that_fits(text: str, limit: int) -> None:
    assert text.startswith(cut_text(text, limit))
    assert len(cut_text(text, limit)) <= limit


def test_a_text_is_cut_between_paragraphs() -> None:
    assert cut_text("One two three.\n\nFour five.\n\nSix seven eight.", 30) == "One two three.\n\nFour five."


def long_article() -> ParsedArticle:
    names = [("word " * 40_000).strip()] * 3
    text = f"## {'heading ' * 500}\n\n" + "\n\n".join(f"Paragraph {n} tells of the bay." for n in range(2000))
    return ParsedArticle("https://example.org/", names[0], names[1], names[2], None, text)


def test_everything_that_names_an_article_is_bounded_when_it_is_read_and_why_says_so() -> None:
    record = to_record(long_article(), "1:a", NOW, longest_text=20_000)
    assert len(record.title) <= TITLE
    assert len(record.source) <= PUBLISHER
    assert len(record.author or "") <= AUTHOR
    assert all(len(chunk.heading) <= HEADING for chunk in record.chunks)
    assert len(record.text) <= 20_000
    assert "its title has 199,999 characters and is cut at 300" in record.note
    assert "the rest is not quoted" in record.note


@pytest.mark.parametrize("longest", [10_000, 300_000])
def test_no_chunk_lies_behind_the_cut(longest: int) -> None:
    record = to_record(long_article(), "1:a", NOW, longest_text=longest)
    assert all(chunk.span.end <= len(record.text) for chunk in record.chunks)


def test_words_that_an_older_catalogue_holds_at_any_length_are_bounded_when_they_are_shown(
    catalogue: Catalogue,
) -> None:
    long = replace(to_record(long_article(), "1:a", NOW), title="word " * 9000, source="word " * 900)
    catalogue.articles.store(long, add_source(catalogue).id)
    shown = catalogue.articles.show(long.id)
    assert shown is not None
    assert (len(shown.card.title) <= TITLE, len(shown.card.source) <= PUBLISHER) == (True, True)
