"""Lists of feeds: what is written is read again, and what is no list is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.opml import Outline, parse_opml, write_opml

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)
ADDRESSES = st.integers(0, 99).map(lambda n: f"https://example.org/{n}?a=1&b=<2>")


@given(st.lists(st.builds(Outline, ADDRESSES, NAMES), min_size=1, unique_by=lambda outline: outline.feed_url), NAMES)
def test_a_list_that_is_written_is_read_again_as_it_was(outlines: list[Outline], title: str) -> None:
    assert parse_opml(write_opml(outlines, title).encode()) == outlines


def test_outlines_are_found_in_folders_and_those_without_a_feed_are_left_out() -> None:
    body = b"""<opml version="1.0"><body><outline text="AI">
    <outline text="A" xmlUrl=" https://a.example/feed "/></outline>
    <outline text="A page" htmlUrl="https://b.example/"/><outline xmlUrl="https://a.example/feed"/></body></opml>"""
    assert parse_opml(body) == [Outline("https://a.example/feed", "A")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"<opml><body/></opml>",
        b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body><outline xmlUrl="&a;"/></body></opml>',
    ],
)
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError) as refused:
        parse_opml(body)
    assert refused.value.kind is FailureKind.BAD_XML
