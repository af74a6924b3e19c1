"""A feed's bytes to its items: `decode | guard | plain or lenient reader | items`; JSON Feed goes to `json_feed.py`.

The bytes are decoded here and passed on as UTF-8, so that exactly what was checked is parsed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.errors import FailureKind, ParseError
from ingest.parse.aggregators import article_of
from ingest.parse.charset import decode_document
from ingest.parse.detect import is_page, is_sitemap
from ingest.parse.feed_forms import with_form
from ingest.parse.feed_items import RawFeed, to_items
from ingest.parse.json_feed import is_json, parse_json_feed
from ingest.parse.models import FeedForm, ParsedFeed
from ingest.parse.plain_feed import UnusualFeedError, read_plain_feed
from ingest.parse.sitemap import parse_sitemap
from ingest.parse.urls import absolute_url
from ingest.parse.xml_guard import DangerousXmlError, check_xml

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse_feed(body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
    """Read a feed or a site map fetched from `url`.

    Raises:
        ParseError: BAD_CHARSET, NOT_A_FEED, or BAD_XML if it is broken beyond reading or could harm the parser.
    """
    text, note = decode_document(body, content_type, what="cannot read the feed", which=url)
    if is_json(text):
        return replace(parse_json_feed(text, url=url), note=note)
    if is_page(text):
        hint = "Add the page itself, or its feed's address."
        raise ParseError(FailureKind.NOT_A_FEED, "cannot read the feed", url, "it is a web page", hint=hint)
    if is_sitemap(text):
        return replace(parse_sitemap(_NOT_XML.sub("", text).lstrip().encode(), url), note=note)
    feed, form = _read(_NOT_XML.sub("", text).lstrip().encode(), url)
    site_url = absolute_url(feed.link, url) if feed.link else None
    items = feed.items if form in _WHOLE else map(article_of, feed.items)
    return ParsedFeed(feed.title, site_url, to_items(items), feed.language or None, note, form=form)


_WHOLE = (FeedForm.YOUTUBE, FeedForm.RELEASES)
"""Forms that no aggregator adds text to."""


def _read(document: bytes, url: str) -> tuple[RawFeed, FeedForm]:
    try:
        flaw = check_xml(document)
    except DangerousXmlError as error:
        raise ParseError(FailureKind.BAD_XML, "cannot read the feed", url, str(error)) from error
    if flaw is None:
        return with_form(document, _well_formed(document, url), url)
    return _lenient(document, url, flaw), FeedForm.PLAIN


def _well_formed(document: bytes, url: str) -> RawFeed:
    try:
        return read_plain_feed(document, url)
    except UnusualFeedError:
        return _lenient(document, url, None)


def _lenient(document: bytes, url: str, flaw: str | None) -> RawFeed:
    from ingest.parse.lenient_feed import read_lenient_feed

    return read_lenient_feed(document, url, flaw)
