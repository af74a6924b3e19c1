"""Broken, old or unusual RSS, Atom and RDF to raw items, with feedparser.

Its sanitising is off, since only the text of HTML is kept. It does not get the feed's address: ids stay as they are
written, and links are resolved as for other feeds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from html.entities import html5
from typing import Any

from ingest.errors import FailureKind, ParseError
from ingest.parse.aggregators import own_address
from ingest.parse.dates import parse_date
from ingest.parse.feed_items import RawFeed, RawItem, first_unread, longest_text, person
from ingest.parse.html import html_line
from ingest.parse.plain import plain_line
from ingest.parse.urls import canonical_url

_PAGES = frozenset({"text/html", "html", "application/xhtml+xml", "xhtml"})
_AS_UTF8 = {"content-type": "application/xml; charset=utf-8"}


_BARE = re.compile(rb"<!\[CDATA\[(?:(?!\]\]>).)*+(?:\]\]>|\Z)|&(?!#)(?P<name>[A-Za-z][A-Za-z0-9]{0,31};)?", re.DOTALL)
"""A CDATA section, in which an ampersand is literal, or an ampersand outside of one."""


def read_lenient_feed(document: bytes, url: str, flaw: str | None) -> RawFeed:
    """Read a UTF-8 document fetched from `url` that `xml_guard` has found harmless.

    Args:
        flaw: why it is not well-formed XML; None if it is.

    Raises:
        ParseError: NOT_A_FEED, or BAD_XML if it is broken beyond reading.
    """
    import feedparser  # type: ignore[import-untyped]  # few feeds need it

    try:
        parsed = feedparser.parse(
            io.BytesIO(_BARE.sub(_escaped, document) if flaw else document),
            response_headers=_AS_UTF8,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except MemoryError:  # the sandbox's bound, which has its own kind of failure
        raise
    except Exception as error:  # whatever a lenient parser raises on hostile input, the feed is at fault
        raise _bad(FailureKind.BAD_XML, url, f"{type(error).__name__}: {error}") from error
    if not parsed.entries and (flaw or not parsed.get("version")):  # a broken feed is not an empty one
        kind = FailureKind.BAD_XML if flaw and document.startswith(b"<") else FailureKind.NOT_A_FEED
        raise _bad(kind, url, flaw or "it has neither a feed's root nor entries")
    feed = parsed.feed
    items = list(_raw_items(parsed.entries, url))
    return RawFeed(html_line(_value(feed, "title")), _value(feed, "link"), items, _value(feed, "language"))


def _escaped(match: re.Match[bytes]) -> bytes:
    """Escape ampersands that begin no reference ("AT&T")."""
    found, name = match.group(), match["name"]
    if not found.startswith(b"&") or (name and name.decode() in html5):
        return found
    return b"&amp;" + found[1:]


def _raw_items(entries: Iterable[Any], url: str) -> Iterable[RawItem]:
    for entry in entries:
        link = _link(entry)
        said = [_value(entry, name) for name in ("published", "updated", "created")]
        published, updated, created = map(parse_date, said)
        yield RawItem(
            guid=plain_line(_value(entry, "id")),
            url=own_address(canonical_url(link, url), _bodies(entry)) if link else None,
            title=html_line(_value(entry, "title")),
            author=_author(entry),
            published_at=published or updated or created,
            updated_at=updated,
            text=longest_text(_bodies(entry), link or url),
            publisher=html_line(_value(dict.get(entry, "source") or {}, "title")),
            unread_date=first_unread((said[0], published), (said[1], updated), (said[2], created)),
        )


def _bodies(entry: Any) -> list[str]:
    bodies = [*(dict.get(entry, "content") or []), dict.get(entry, "summary_detail") or {}]
    return [_value(body, "value") for body in bodies if isinstance(body, dict)]


def _link(entry: Any) -> str:
    """The entry's page, else another link of it, else its id if it is an address and feedparser takes it for one."""
    links = [link for link in dict.get(entry, "links") or [] if link.get("rel") == "alternate"]
    pages = [_value(link, "href") for link in links if link.get("type") in _PAGES]
    others = [_value(link, "href") for link in links]
    guid = _value(entry, "link")
    return next(filter(None, [*pages[::-1], *others, guid if guid.startswith(("http:", "https:")) else ""]), "")


def _author(entry: Any) -> str | None:
    people = [_value(one, "name") for one in dict.get(entry, "authors") or [] if isinstance(one, dict)]
    names = (person(html_line(name)) for name in people)
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _value(entry: Any, name: str) -> str:
    """A string field, "" if missing. Bypasses feedparser's own look-up, which falls back to other names and warns."""
    value = dict.get(entry, name)
    return value if isinstance(value, str) else ""


def _bad(kind: FailureKind, url: str, why: str) -> ParseError:
    return ParseError(kind, "cannot read the feed", url, why)
