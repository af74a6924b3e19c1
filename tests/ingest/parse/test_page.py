"""Pages become articles without what stands around them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.models import ParsedArticle
from ingest.parse.page import parse_page

URL = "https://www.example.com/news/chips"
STORY = """<h1>Chips are back</h1>
<p>The first paragraph tells that <b>chips</b> are <a href="/x">back</a> in every shop of the country, after a long
winter without any of them.</p><h2>Why now</h2>
<p>The second paragraph explains at length why this happens now and not earlier, with reasons that nobody doubts &amp;
everybody knows.</p>
<ul><li>Potatoes are cheap again this year.</li><li>Oil is cheap as well, they say.</li></ul>
<table><tr><th>Year</th><th>Chips</th></tr><tr><td>2025</td><td>12 tons</td></tr><tr><td>2026</td><td>40 tons</td></tr>
</table><p>The third paragraph says what comes next: more chips, more shops, and a festival in the autumn that will last
for three days.</p>"""
NAV = "<nav><a href='/'>Home</a><a href='/about'>About us</a></nav>"
AROUND = """<section class="comments" id="comments"><h3>Comments (1)</h3><div class="comment">
<p>First! Great article, as always, thank you for writing it.</p></div></section>
<aside class="sidebar"><h3>Related posts</h3><ul><li><a href="/y">Ten more things about chips</a></li></ul></aside>
<footer><p>Copyright Example. Privacy policy.</p></footer>"""


def page(head: str = "", story: str = STORY) -> str:
    body = f"{NAV}<main><article>{story}</article>{AROUND}</main>"
    return f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>"


def parse(html: str, url: str | None = URL) -> ParsedArticle:
    return parse_page(html.encode(), url=url, content_type="text/html; charset=utf-8")


def test_the_text_has_paragraphs_headings_lists_and_tables_and_nothing_from_around() -> None:
    article = parse(page("<title>Chips are back | Example News</title>"))
    assert article.text.split("\n\n") == [
        "The first paragraph tells that chips are back in every shop of the country, after a long winter without any "
        "of them.",
        "## Why now",
        "The second paragraph explains at length why this happens now and not earlier, with reasons that nobody doubts "
        "& everybody knows.",
        "- Potatoes are cheap again this year.\n- Oil is cheap as well, they say.",
        "Year: 2025 | Chips: 12 tons\nYear: 2026 | Chips: 40 tons",
        "The third paragraph says what comes next: more chips, more shops, and a festival in the autumn that will last "
        "for three days.",
    ]
    assert article.title == "Chips are back"
    assert (article.url, article.source) == (URL, "example.com")
    assert (article.author, article.published_at) == (None, None)


def test_metadata_comes_as_the_page_spells_it() -> None:
    article = parse(
        page(
            '<title>x</title><meta property="og:title" content="Chips are back | vLLM Blog">'
            '<meta property="og:site_name" content="vLLM Blog"><meta name="author" content="Ann de Vries">'
            '<meta property="article:published_time" content="2026-05-01T05:44:39+02:00">'
        )
    )
    assert (article.title, article.source, article.author) == ("Chips are back", "vLLM Blog", "Ann de Vries")
    assert article.published_at == datetime(2026, 5, 1, 3, 44, 39, tzinfo=UTC)


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:modified_time" content="2026-06-02T10:00:00+02:00">',
        '<meta itemprop="dateModified" content="2026-06-02T08:00:00Z">',
        '<script type="application/ld+json">{"dateModified": "2026-06-02T08:00:00Z"}</script>',
    ],
)
def test_when_it_was_updated_is_read_beside_when_it_was_published(head: str) -> None:
    published = '<meta property="article:published_time" content="2026-06-01T08:00:00Z">'
    article = parse(page(published + head))
    assert article.published_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert article.updated_at == datetime(2026, 6, 2, 8, tzinfo=UTC)


def test_the_language_that_a_page_gives_itself_is_kept() -> None:
    assert parse(page()).language == "en"
    assert parse(page('<meta property="og:locale" content="de_DE">').replace(" lang=en", "")).language == "de_DE"


def test_json_ld_is_read_too() -> None:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Chips are back",
        "datePublished": "2026-05-01T05:44:39Z",
        "author": {"@type": "Person", "name": "Ann Vries"},
        "publisher": {"@type": "Organization", "name": "Example News"},
    }
    article = parse(page(f'<script type="application/ld+json">{json.dumps(data)}</script>'))
    assert (article.author, article.source) == ("Ann Vries", "Example News")
    assert article.published_at == datetime(2026, 5, 1, 5, 44, 39, tzinfo=UTC)


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ("https://example.com/news/chips-are-back?utm_source=x", "https://example.com/news/chips-are-back"),
        ("/news/chips/", "https://www.example.com/news/chips/"),
        ("https://news.example.com/chips", "https://news.example.com/chips"),
        ("https://evil.test/chips", URL),
        ("https://example.com.evil.test/chips", URL),
        ("http://www.example.com/news/chips", URL),
        ("https://www.example.com/", URL),
        ("javascript:alert(1)", URL),
        ("http://10.0.0.1/", URL),
    ],
)
def test_a_page_may_name_its_address_on_its_own_site_only(named: str, kept: str) -> None:
    assert parse(page(f'<link rel="canonical" href="{named}">')).url == kept


def test_a_local_page_has_no_address_whatever_it_says() -> None:
    article = parse(page('<link rel="canonical" href="https://example.com/a">'), url=None)
    assert article.url is None
    assert article.text


COOKIES = """<div><h2>We value your privacy</h2><p>We and our 214 partners store and/or access information on a device
and process personal data, such as unique identifiers, for personalised ads and content.</p><button>Accept all</button>
<button>Reject all</button><p>Manage preferences. You may withdraw your consent at any time.</p></div>"""


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("", FailureKind.NO_TEXT),
        ("<html><head><title>Empty</title></head><body></body></html>", FailureKind.NO_TEXT),
        ("<html><body><script>render()</script><div id=root></div></body></html>", FailureKind.NO_TEXT),
        (f"<html><body>{COOKIES}</body></html>", FailureKind.CONSENT_WALL),
        ("<html><body><p>Verifying you are human. This may take a while.</p></body></html>", FailureKind.CONSENT_WALL),
        ("<html><body>Enable JavaScript and cookies to continue</body></html>", FailureKind.CONSENT_WALL),
    ],
)
def test_pages_without_an_article_are_refused_with_the_reason(html: str, kind: FailureKind) -> None:
    with pytest.raises(ParseError) as caught:
        parse(html)
    assert caught.value.kind is kind


def test_an_article_under_a_cookie_banner_is_an_article() -> None:
    assert "festival" in parse(page(story=STORY + COOKIES)).text


def test_an_article_about_cookies_is_no_wall() -> None:
    story = STORY + "<p>The court ruled that sites must let readers reject all cookies, and manage consent easily.</p>"
    assert "court" in parse(page(story=story)).text


PIECES = st.sampled_from(
    [
        *"<p> </p> <div> </div> <article> <table> <tr> <td> <ul><li> <title> <h1> </script> <!-- <svg> '>".split(),
        *("\x00", "&#0;", "é", "&#xD800;", "\u202e", "word " * 30, "A sentence of some length, with words. " * 4),
        "<script type='application/ld+json'>{",
        "<meta property='og:title' content='",
        "<link rel='canonical' href='http://[",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode())))
def test_any_bytes_are_an_article_of_safe_text_or_a_typed_refusal(body: bytes) -> None:
    def outcome() -> str | FailureKind:
        try:
            article = parse_page(body, url=URL, content_type="text/html")
        except ParseError as error:
            return error.kind
        return "".join((article.text, article.title, article.source, article.author or ""))

    told = outcome()
    assert told
    told.encode()
    assert "\x00" not in told
    assert "\u202e" not in told
