"""Whatever arrives, a parser gives a result or a `ParseError`: documents like real ones, cut, mixed and damaged."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import ParseError
from ingest.parse.documents import FrontPage, ParsersHere
from ingest.parse.models import ParsedArticle, ParsedFeed

URL = "https://example.org/a/b?c=d"
HERE = ParsersHere()
RSS = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Example &amp; Co</title><link>https://example.org/</link>
<item><title><![CDATA[A <b>title</b>]]></title><link>/one?utm_source=rss</link><guid isPermaLink="false">1</guid>
<pubDate>Mon, 01 Jun 2026 10:00:00 +0200</pubDate><dc:creator>Ann</dc:creator>
<content:encoded><![CDATA[<p>Text with <a href="x">a link</a> &nbsp; and 5 &lt; 6.</p>]]></content:encoded></item>
<item><description>&lt;p&gt;Only a description.&lt;/p&gt;</description><enclosure url="a.mp3" length="x"/></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/">
<title type="xhtml"><div>T</div></title>
<link rel="self" href="feed"/><entry><id>urn:1</id><title>One</title><updated>2026-06-01T10:00:00Z</updated>
<link href="one"/><author><name>Ann</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>Words.</p></div></content></entry></feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": 1, "url": "https://example.org/1",
"title": "One", "content_html": "<p>Words</p>",
"date_published": "2026-06-01T10:00:00Z", "authors": [{"name": "Ann"}]}]}"""
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Aurora | Example</title>
<meta property="og:type" content="article"><link rel="canonical" href="https://example.org/aurora">
<link rel="alternate" type="application/rss+xml" href="/feed"><script type="application/ld+json">
{"@type": "NewsArticle", "datePublished": "2026-06-01"}</script></head><body><nav><a href="/">Home</a></nav><article>
<h1>Aurora</h1><p>The model answers questions – “well”, they say – about the weather in the north of the country.</p>
<h2>More</h2><ul><li>one</li><li>two</li></ul><table><tr><th>a</th><td>1</td></tr></table><pre>code</pre><p>End.</p>
</article></body></html>""".encode()
DOCUMENTS = (RSS, ATOM, JSON, PAGE)
PIECES = (
    b"<",
    b">",
    b"</",
    b"]]>",
    b"<![CDATA[",
    b"&#0;",
    b"&#xD800;",
    b"&x;",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"<!--",
)
TYPES = ("", "text/html; charset=utf-16", "application/rss+xml; charset=koi8-r", "text/html; charset=nonsense")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A document with pieces cut out, doubled, replaced, and put in from another one."""
    body = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted(draw(st.tuples(st.integers(0, len(body)), st.integers(0, len(body)))))
        other = draw(st.sampled_from(DOCUMENTS))
        into = st.one_of(
            st.sampled_from(PIECES),
            st.binary(max_size=12),
            st.just(other[start:end]),
            st.just(body[start:end] * 3),
        )
        body = body[:start] + draw(into) + body[draw(st.sampled_from((start, end))) :]
    return body


def outcome(parse: Callable[[], ParsedArticle | ParsedFeed | FrontPage]) -> object:
    """What parsing gives, or the failure it tells; anything else goes through."""
    try:
        return parse()
    except ParseError as error:
        return error


def texts_of(result: object) -> list[str]:
    if isinstance(result, ParsedFeed):
        return [result.title, *(text for item in result.items for text in (item.key, item.title, item.text))]
    return [result.title, result.text, result.source] if isinstance(result, ParsedArticle) else []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged(), st.sampled_from(TYPES))
def test_any_bytes_become_a_result_or_a_typed_refusal(body: bytes, content_type: str) -> None:
    results = (
        outcome(lambda: HERE.feed(body, url=URL, content_type=content_type)),
        outcome(lambda: HERE.article(body, url=URL, content_type=content_type)),
        outcome(lambda: HERE.front_page(body, url=URL, content_type=content_type)),
    )
    for result in results:
        for text in texts_of(result):
            text.encode()  # no lone surrogate, which no database takes
            assert "\x00" not in text


def test_whole_documents_are_read() -> None:
    assert [len(HERE.feed(body, url=URL).items) for body in (RSS, ATOM, JSON)] == [2, 1, 1]
    assert HERE.article(PAGE, url=URL).title == "Aurora"
    assert HERE.front_page(PAGE, url=URL) == FrontPage(("https://example.org/feed",), is_article=True)
