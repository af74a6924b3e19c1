"""The quick reader and feedparser read the same from every feed that both of them read."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parse.lenient_feed import read_lenient_feed
from ingest.parse.plain_feed import UnusualFeedError, read_plain_feed

URL = "https://example.org/feeds/all.xml"
RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:media="http://search.yahoo.com/mrss/">'
)
TEXTS = st.sampled_from(
    [
        "",
        "Aurora",
        "  two\n lines ",
        "5 < 6 & 7",
        "<p>A <b>bold</b> claim.</p><p>And <a href='x'>more</a>.</p>",
        "Zoë – 新闻",
    ]
)
WORDS = st.one_of(TEXTS, st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12))
LINKS = st.sampled_from(
    ["https://example.org/a?b=1&c=2", "/a", "a b", "mailto:ann@example.org", "tag:example.org,2026:1"]
)
DATES = st.sampled_from(["Mon, 01 Jun 2026 10:00:00 +0200", "Mon, 01 Jun 2026 10:00:00 GMT", "2026-06-01T10:00:00Z"])
PEOPLE = st.sampled_from(["Ann Writer", "ann@example.org (Ann Writer)", "ann@example.org", "Ann <ann@example.org>", ""])


@st.composite
def an_element(draw: st.DrawFn, names: dict[str, st.SearchStrategy[str]]) -> str:
    name = draw(st.sampled_from(sorted(names)))
    attributes = draw(st.sampled_from(["", ' isPermaLink="false"'])) if name == "guid" else ""
    return f"<{name}{attributes}>{escape(draw(names[name]))}</{name}>"


@st.composite
def an_rss(draw: st.DrawFn) -> str:
    elements = {"title": WORDS, "description": WORDS, "content:encoded": WORDS, "guid": LINKS, "link": LINKS}
    elements |= {"author": PEOPLE, "dc:creator": PEOPLE, "pubDate": DATES, "dc:date": DATES, "dcterms:modified": DATES}
    elements |= {"category": WORDS, "media:credit": WORDS, "comments": LINKS}
    link = '<link>https://example.org/</link><atom:link rel="self" href="all.xml"/>'
    items = st.lists(an_element(elements), max_size=9, unique_by=lambda e: e.partition(">")[0].split()[0])
    body = "".join(f"<item>{''.join(draw(items))}</item>" for _ in range(draw(st.integers(0, 3))))
    return f"{RSS}<channel><title>{escape(draw(WORDS))}</title>{link}{body}</channel></rss>"


@st.composite
def an_atom(draw: st.DrawFn) -> str:
    elements = {"title": WORDS, "summary": WORDS, "id": LINKS, "updated": DATES, "published": DATES}
    items = st.lists(an_element(elements), max_size=6, unique_by=lambda e: e.partition(">")[0])
    kinds = st.sampled_from(["", ' rel="alternate"', ' rel="self"', ' rel="alternate" type="application/pdf"'])

    def an_entry() -> str:
        links = "".join(f'<link{draw(kinds)} href="{escape(draw(LINKS))}"/>' for _ in range(draw(st.integers(0, 2))))
        author = f"<author><name>{escape(draw(PEOPLE))}</name><email>x@example.org</email></author>"
        content = f'<content type="html">{escape(draw(WORDS))}</content><source><title>Other</title></source>'
        return f"<entry>{''.join(draw(items))}{links}{author}{content}</entry>"

    entries = "".join(an_entry() for _ in range(draw(st.integers(0, 3))))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(draw(WORDS))}</title>{entries}</feed>'


@settings(max_examples=150, deadline=None)
@given(st.one_of(an_rss(), an_atom()))
def test_whatever_the_quick_reader_reads_feedparser_reads_alike(document: str) -> None:
    try:
        quick = read_plain_feed(document.encode(), URL)
    except UnusualFeedError:
        return
    assert quick == read_lenient_feed(document.encode(), URL, None)


def test_rdf_is_read_by_both_alike() -> None:
    document = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>News</title>
    <link>https://example.org/</link></channel><item rdf:about="https://example.org/1"><title>One</title>
    <link>https://example.org/1</link><dc:date>2026-06-01T10:00:00Z</dc:date><description>Words.</description></item>
    </rdf:RDF>"""
    quick = read_plain_feed(document, URL)
    assert [item.guid for item in quick.items] == ["https://example.org/1"]
    assert quick == read_lenient_feed(document, URL, None)


@pytest.mark.parametrize(
    "item",
    [
        "<title>A <b>bold</b> one</title>",
        "<media:group><media:title>Another</media:title></media:group>",
        "<description>It\u00c3\u00a9 was encoded twice</description>",
        "<Title>Big letters</Title>",
        "<link xml:base='https://other.example/'>a</link>",
    ],
)
def test_what_needs_judgement_is_left_to_feedparser(item: str) -> None:
    document = f"{RSS}<channel><title>T</title><item>{item}</item></channel></rss>"
    with pytest.raises(UnusualFeedError):
        read_plain_feed(document.encode(), URL)


@pytest.mark.parametrize(
    "root", ["<html/>", "<rss/>", "<opml><channel/></opml>", "<feed xmlns='http://purl.org/atom/ns#'/>"]
)
def test_other_roots_are_left_to_feedparser(root: str) -> None:
    with pytest.raises(UnusualFeedError):
        read_plain_feed(root.encode(), URL)
