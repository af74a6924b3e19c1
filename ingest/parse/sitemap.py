"""Site maps as lists of entries, for sites without a feed (sitemaps.org 0.9; Google's extension for news).

A news map gives each page its title, date and publisher; a plain one its address and when it was changed. A map of maps
gives its parts, the newest first, those of news before others.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from ingest.errors import FailureKind, ParseError
from ingest.parse.dates import parse_date
from ingest.parse.feed_items import RawItem, to_items
from ingest.parse.models import ParsedFeed
from ingest.parse.plain import plain_line
from ingest.parse.urls import canonical_url, host_of, same_site
from ingest.parse.xml_guard import DangerousXmlError, check_xml

_NEWS = re.compile(r"news", re.IGNORECASE)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def parse_sitemap(document: bytes, url: str) -> ParsedFeed:
    """The entries of a site map in UTF-8 that was read at `url`; addresses of other sites are left out.

    Raises:
        ParseError: BAD_XML if it is broken or could harm the parser.
    """
    try:
        flaw = check_xml(document)
    except DangerousXmlError as error:
        flaw = str(error)
    if flaw is not None:
        raise ParseError(FailureKind.BAD_XML, "cannot read the site map", url, flaw)
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    found = [item for item in map(_item, _children(root, "url")) if item.url and same_site(item.url, url)]
    found.sort(key=lambda item: item.published_at or item.updated_at or _LONG_AGO, reverse=True)
    parts = sorted(_children(root, "sitemap"), key=_rank, reverse=True)
    addresses = (canonical_url(_text(part, "loc")) for part in parts)
    own = tuple(address for address in addresses if address and same_site(address, url))
    language = next((item for item in (_deep(entry, "language") for entry in _children(root, "url")) if item), None)
    return ParsedFeed(host_of(url), url, to_items(found), language, parts=own)


def _item(entry: Any) -> RawItem:
    changed, published = _text(entry, "lastmod"), _deep(entry, "publication_date")
    return RawItem(
        guid="",
        url=canonical_url(_text(entry, "loc")),
        title=plain_line(_deep(entry, "title")),
        author=None,
        published_at=parse_date(published),
        updated_at=parse_date(changed),
        text="",
        publisher=plain_line(_deep(entry, "name")),
    )


def _rank(part: Any) -> tuple[bool, datetime, str]:
    address = _text(part, "loc")
    return _NEWS.search(address) is not None, parse_date(_text(part, "lastmod")) or _LONG_AGO, address


def _children(element: Any, name: str) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str) and etree.QName(child).localname == name]


def _text(element: Any, name: str) -> str:
    return next(((child.text or "").strip() for child in _children(element, name)), "")


def _deep(entry: Any, name: str) -> str:
    """A field of the entry's `news` element, at any depth."""
    inside = (found for news in _children(entry, "news") for found in news.iter() if isinstance(found.tag, str))
    return next(((found.text or "").strip() for found in inside if etree.QName(found).localname == name), "")
