"""From what was parsed to what is stored: one text, and spans that point into it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from ingest.parse.models import ParsedArticle
from ingest.reading.prepare import to_record
from ingest.text.words import terms
from tests.ingest.examples import NOW, record
from tests.ingest.text_strategies import texts


@given(texts)
def test_spans_are_sentences_of_the_stored_text_in_their_order(text: str) -> None:
    made = record(text=text)
    end = 0
    for chunk in made.chunks:
        assert chunk.span.start >= end
        assert chunk.span == (chunk.sentences[0].start, chunk.sentences[-1].end)
        for sentence in chunk.sentences:
            assert end <= sentence.start < sentence.end <= len(made.text)
            end = sentence.end


@given(texts)
def test_each_sentence_has_its_terms_on_a_line_of_their_own(text: str) -> None:
    made = record(text=text, title=text)
    for chunk in made.chunks:
        _, *lines = chunk.terms.split("\n")
        assert [line.split() for line in lines] == [terms(made.text[start:end]) for start, end in chunk.sentences]


def test_noise_is_gone_before_anything_is_stored() -> None:
    made = record(text="Costs fell to \\$5. [CNBC](#)\n\nPost a Comment")
    assert made.text == "Costs fell to $5."


def test_a_chunk_is_found_by_its_title_publisher_and_heading_too() -> None:
    (chunk,) = record(title="Halcyon", text="# Weather\n\nIt rains.").chunks
    assert set(terms("Halcyon Example Weekly Weather rains")) <= set(chunk.terms.split())


def test_a_date_in_the_future_is_the_time_of_reading_and_is_noted() -> None:
    assert record(published_at=NOW).published_at == NOW
    assert record(published_at=NOW).note == ""
    early = record(published_at=NOW + timedelta(days=1))
    assert early.published_at == NOW
    assert "2026-06-16T12:00:00Z, lies in the future" in early.note


def test_a_date_in_the_future_makes_no_new_version_each_time_it_is_read() -> None:
    tomorrow = NOW + timedelta(days=1)
    first, again = (record(published_at=tomorrow, fetched_at=NOW + timedelta(hours=n)) for n in (0, 2))
    assert first.fingerprint == again.fingerprint
    assert first.published_at != again.published_at


def test_a_title_is_one_line_without_marks() -> None:
    parsed = ParsedArticle(None, "**Big**\n  news", "", None, None, "Text.")
    assert to_record(parsed, "key", NOW).title == "Big news"


def test_the_key_alone_decides_the_id() -> None:
    assert record("a", "One.", title="One").id == record("a", "Two.", title="Two").id != record("b").id
