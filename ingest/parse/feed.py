"""RSS, Atom and RDF to items, with feedparser; JSON Feed goes to `json_feed.py`.

`parse_feed` is `decode | guard | feedparser | items`. The bytes are decoded here and given to feedparser as UTF-8, so
that what was checked is what is parsed. feedparser's sanitising is off: no HTML survives, only its text.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ingest.errors import FailureKind, ParseError
from ingest.parse.charset import decode
from ingest.parse.dates import to_utc
from ingest.parse.detect import is_page
from ingest.parse.feed_items import RawItem, to_items
from ingest.parse.html import html_line, html_text
from ingest.parse.json_feed import is_json, parse_json_feed
from ingest.parse.models import ParsedFeed
from ingest.parse.plain import plain_line
from ingest.parse.urls import absolute_url, canonical_url
from ingest.parse.xml_guard import DangerousXmlError, check_xml

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AS_UTF8 = {"content-type": "application/xml; charset=utf-8"}
_DATES = ("published_parsed", "updated_parsed", "created_parsed")


def parse_feed(body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
    """Read a feed that stood at `url`.

    Raises:
        ParseError: NOT_A_FEED, or BAD_XML when it is broken beyond reading or would harm the reader.
    """
    text = decode(body, content_type)
    if is_json(text):
        return parse_json_feed(text, url=url)
    if is_page(text):
        raise _bad(FailureKind.NOT_A_FEED, url, "it is a web page", hint="Add the page itself, or its feed's address.")
    feed, entries = _feedparser(_NOT_XML.sub("", text).lstrip().encode(), url)
    site_url = absolute_url(_value(feed, "link"), url)
    return ParsedFeed(
        title=html_line(_value(feed, "title")),
        site_url=site_url,
        items=to_items(_raw_items(entries, url)),
    )


def _feedparser(document: bytes, url: str) -> tuple[Any, list[Any]]:
    """feedparser's feed and entries of a document that was found harmless."""
    try:
        flaw = check_xml(document)
    except DangerousXmlError as error:
        raise _bad(FailureKind.BAD_XML, url, str(error)) from error
    import feedparser  # type: ignore[import-untyped]  # not needed where a source says "not modified"

    try:
        parsed = feedparser.parse(
            io.BytesIO(document),
            response_headers={**_AS_UTF8, "content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except MemoryError:  # the sandbox's bound, which is told as such
        raise
    except Exception as error:  # whatever a lenient parser does on hostile input, it is the feed that is bad
        raise _bad(FailureKind.BAD_XML, url, f"{type(error).__name__}: {error}") from error
    if not parsed.get("version") and not parsed.entries:
        kind = FailureKind.BAD_XML if flaw and document.startswith(b"<") else FailureKind.NOT_A_FEED
        raise _bad(kind, url, flaw or "it has neither a feed's root nor entries")
    return parsed.feed, parsed.entries


def _raw_items(entries: Iterable[Any], url: str) -> Iterable[RawItem]:
    for entry in entries:
        link = _value(entry, "link") or _first_link(entry)
        yield RawItem(
            guid=plain_line(_value(entry, "id")),
            url=canonical_url(link, url) if link else None,
            title=html_line(_value(entry, "title")),
            author=html_line(_value(entry, "author")) or None,
            published_at=_date(entry),
            text=_text(entry),
        )


def _text(entry: Any) -> str:
    """The longest of an entry's bodies: full text where the feed has it, else its summary."""
    bodies = [*(dict.get(entry, "content") or []), dict.get(entry, "summary_detail") or {}]
    texts = (html_text(_value(body, "value")) for body in bodies if isinstance(body, dict))
    return max(texts, key=len, default="")


def _first_link(entry: Any) -> str:
    links = (_value(link, "href") for link in dict.get(entry, "links") or [] if link.get("rel") == "alternate")
    return next(links, "")


def _date(entry: Any) -> datetime | None:
    for name in _DATES:
        moment = dict.get(entry, name)
        try:
            if moment and (date := to_utc(datetime.fromtimestamp(calendar.timegm(moment), UTC))):
                return date
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _value(entry: Any, name: str) -> str:
    """A string field, "" when missing. Past feedparser's own look-up, which answers for other names and warns."""
    value = dict.get(entry, name)
    return value if isinstance(value, str) else ""


def _bad(kind: FailureKind, url: str, why: str, *, hint: str = "") -> ParseError:
    return ParseError(kind, "cannot read the feed", url, why, hint=hint)
