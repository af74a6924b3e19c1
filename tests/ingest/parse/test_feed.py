"""Feeds of every kind become items; what is none, or does harm, is refused with its kind."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.feed import parse_feed
from ingest.parse.models import ParsedFeed

URL = "https://example.com/blog/feed.xml"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Example &amp;amp; Sons</title><link>https://example.com/blog</link>
<item><title>Older &lt;b&gt;news&lt;/b&gt;</title><link>/blog/1?utm_source=rss</link>
  <guid isPermaLink="false">id-1</guid><pubDate>Fri, 01 May 2026 05:44:39 +0200</pubDate>
  <dc:creator>A. Writer</dc:creator><description>Short.</description>
  <content:encoded><![CDATA[<p>Full <em>text</em>.</p><ul><li>a</li><li>b</li></ul>]]></content:encoded></item>
<item><title>Newer</title><link>https://example.com/blog/2</link><description>Two &amp;lt; three</description>
  <pubDate>Sat, 02 May 2026 00:00:00 GMT</pubDate></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.com/">
<title type="html">At&amp;amp;om</title>
<link href="https://example.com/"/><link rel="self" href="/feed"/>
<entry><id>urn:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <i>title</i></div></title>
<link rel="alternate" href="one"/><updated>2026-05-01T05:44:39Z</updated><author><name>A. Writer</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://example.com/"><title>RDF</title><link>https://example.com/</link></channel>
<item rdf:about="https://example.com/1"><title>One</title><link>https://example.com/1</link></item></rdf:RDF>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "JSON",
    "home_page_url": "https://example.com/",
    "authors": [{"name": "The Desk"}],
    "items": [
        {"id": 1, "url": "/1", "title": "One", "content_html": "<p>a</p><p>b</p>", "date_published": "2026-05-01"},
        {
            "id": "2",
            "external_url": "https://example.org/2",
            "content_text": "c",
            "authors": [{"name": "A"}, {"name": "B"}],
        },
        "junk",
    ],
}


def parse(text: str | bytes, content_type: str = "") -> ParsedFeed:
    return parse_feed(text if isinstance(text, bytes) else text.encode(), url=URL, content_type=content_type)


def kind_of(text: str | bytes, content_type: str = "") -> FailureKind:
    with pytest.raises(ParseError) as caught:
        parse(text, content_type)
    assert URL in str(caught.value)
    return caught.value.kind


def test_rss_gives_its_items_newest_first_with_text_dates_and_addresses() -> None:
    feed = parse(RSS)
    assert (feed.title, feed.site_url) == ("Example & Sons", "https://example.com/blog")
    newer, older = feed.items
    assert (newer.key, newer.text) == ("https://example.com/blog/2", "Two < three")
    assert (older.key, older.title, older.author) == ("id-1", "Older news", "A. Writer")
    assert older.url == "https://example.com/blog/1"
    assert older.text == "Full text.\n\n- a\n- b"
    assert older.published_at == datetime(2026, 5, 1, 3, 44, 39, tzinfo=UTC)


def test_atom_gives_its_entries() -> None:
    feed = parse(ATOM)
    assert (feed.title, feed.site_url) == ("At&om", "https://example.com/")
    (entry,) = feed.items
    assert (entry.key, entry.title, entry.author, entry.text) == ("urn:1", "A title", "A. Writer", "One.\n\nTwo.")
    assert entry.url == "https://example.com/one"
    assert entry.published_at == datetime(2026, 5, 1, 5, 44, 39, tzinfo=UTC)


def test_rdf_gives_its_items() -> None:
    assert [item.url for item in parse(RDF).items] == ["https://example.com/1"]


def test_json_feed_gives_its_items() -> None:
    feed = parse(json.dumps(JSON_FEED), "application/feed+json")
    assert (feed.title, feed.site_url) == ("JSON", "https://example.com/")
    one, two = feed.items
    assert (one.key, one.url, one.title, one.text) == ("1", "https://example.com/1", "One", "a\n\nb")
    assert (one.author, two.author) == ("The Desk", "A, B")
    assert (two.key, two.url, two.text, two.published_at) == ("2", "https://example.org/2", "c", None)


def test_a_feed_without_items_is_a_feed() -> None:
    assert parse("<rss version='2.0'><channel><title>Quiet</title></channel></rss>").items == ()


@pytest.mark.parametrize(
    "broken",
    [
        RSS.replace("Short.", "Fish &nbsp; chips & more"),
        RSS.replace("</channel></rss>", ""),
        RSS.replace("Short.", "a\x00b\x0bc\ufffe"),
        "\n\n" + RSS,
        RSS.replace("UTF-8", "utf-16"),
    ],
)
def test_a_feed_with_the_usual_flaws_is_still_read(broken: str) -> None:
    assert {item.key for item in parse(broken).items} == {"id-1", "https://example.com/blog/2"}


def test_a_feed_is_read_in_its_own_encoding() -> None:
    feed = RSS.replace("UTF-8", "windows-1251").replace("Newer", "Новости")
    assert parse(feed.encode("cp1251")).items[0].title == "Новости"
    assert parse(RSS.replace("Newer", "Größer"), "text/xml; charset=iso-8859-1").items[0].title == "Größer"


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ("<!DOCTYPE html><html><body>Log in</body></html>", FailureKind.NOT_A_FEED),
        ("", FailureKind.NOT_A_FEED),
        ("just words", FailureKind.NOT_A_FEED),
        ('{"version": "2.0"}', FailureKind.NOT_A_FEED),
        ('{"version": ', FailureKind.NOT_A_FEED),
        ('{"a":' * 100_000, FailureKind.NOT_A_FEED),
        ("<sitemap><url/></sitemap>", FailureKind.NOT_A_FEED),
        ("<other><unclosed>", FailureKind.BAD_XML),
    ],
)
def test_what_is_no_feed_says_so(document: str, kind: FailureKind) -> None:
    assert kind_of(document) is kind


def bomb() -> str:
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    return f'<!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]><rss version="2.0"><channel><title>&e9;</title></channel></rss>'


@pytest.mark.parametrize(
    "document",
    [
        bomb(),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]><rss><channel/></rss>',
        "<rss><channel>" + "<a>" * 5000 + "</a>" * 5000 + "</channel></rss>",
        "<rss><channel " + " ".join(f'a{n}="1"' for n in range(500)) + "/></rss>",
        '<rss><channel a="' + "x" * 3_000_000 + '"/></rss>',
        bomb().encode("utf-16"),
        "<rss>&flaw;<channel>" + "<a>" * 700_000,
    ],
)
def test_xml_that_attacks_its_reader_is_refused_in_bounded_memory(document: str | bytes) -> None:
    body = document if isinstance(document, bytes) else document.encode()
    tracemalloc.start()
    assert kind_of(body) is FailureKind.BAD_XML
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * len(body) + 2_000_000


def test_a_doctype_without_entities_is_fine() -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    )
    assert parse(RSS.replace("?>", f"?>{doctype}", 1)).items


def test_no_harmful_code_point_gets_out_of_a_feed() -> None:
    item = {
        "id": "a\ud800",
        "title": "b\x00\n\u202e",
        "content_html": "<p>c\x1b[31m\udfff</p>",
        "url": "https://x.test/",
    }
    (got,) = parse(json.dumps(JSON_FEED | {"title": "t\ud800", "items": [item]})).items
    assert (got.key, got.title, got.text) == ("a", "b", "c[31m")


FRAGMENTS = st.sampled_from(
    (
        "<rss> <channel> <item> </item> <title> </title> <guid> <link> http://x/ <![CDATA[ ]]> &amp; &x; <!-- --> "
        "<?xml ?> <feed> <entry> <content type='xhtml'> <pubDate> 2026-13-45 <description> "
        "\x00 é < > \" ' <!DOCTYPE [ <!ENTITY"
    ).split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(FRAGMENTS, max_size=30).map(lambda parts: "".join(parts).encode())))
def test_any_bytes_are_a_feed_with_distinct_items_or_a_typed_refusal(body: bytes) -> None:
    def outcome() -> list[str] | FailureKind:
        try:
            return [item.key for item in parse(b"<rss version='2.0'><channel>" + body).items]
        except ParseError as error:
            return error.kind

    found = outcome()
    refusals = (FailureKind.BAD_CHARSET, FailureKind.BAD_XML, FailureKind.NOT_A_FEED)
    assert found in refusals or len(set(found)) == len(found)


def test_an_ampersand_that_nobody_escaped_is_one() -> None:
    body = (
        "<rss version='2.0'><channel><title>AT&T news</title><item><title>R&D at AT&T, &amp; &eacute;t&eacute;</title>"
        "<guid>1</guid><description><![CDATA[<p>AT&T and B&amp;B</p>]]></description></item></channel></rss>"
    )
    feed = parse_feed(body.encode(), url="https://a.example/feed")
    assert feed.title == "AT&T news"
    assert [(item.title, item.text) for item in feed.items] == [("R&D at AT&T, & été", "AT&T and B&B")]
