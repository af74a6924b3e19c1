"""JSON Feed 1 and 1.1 (jsonfeed.org) to items."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from ingest.errors import FailureKind, ParseError
from ingest.parse.dates import parse_date
from ingest.parse.feed_items import RawItem, to_items
from ingest.parse.html import html_text
from ingest.parse.models import ParsedFeed
from ingest.parse.plain import plain_line, plain_text
from ingest.parse.urls import absolute_url, canonical_url

_VERSION = re.compile(r"https?://(www\.)?jsonfeed\.org/version/")


def is_json(text: str) -> bool:
    """Whether a document starts as a JSON object."""
    return text.lstrip()[:1] == "{"


def parse_json_feed(text: str, *, url: str) -> ParsedFeed:
    """Read a JSON Feed that stood at `url`.

    Raises:
        ParseError: NOT_A_FEED.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_a_feed(url, f"it is no JSON ({error})") from error
    if not isinstance(feed, dict) or not _VERSION.match(_value(feed, "version")):
        raise _not_a_feed(url, "it does not say that it is a JSON Feed")
    return ParsedFeed(
        title=plain_line(_value(feed, "title")),
        site_url=absolute_url(_value(feed, "home_page_url"), url),
        items=to_items(_raw_items(feed, url)),
        language=_value(feed, "language") or None,
    )


def _raw_items(feed: dict[str, Any], url: str) -> Iterable[RawItem]:
    items = feed.get("items")
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        link = _value(item, "url") or _value(item, "external_url")
        yield RawItem(
            guid=plain_line(_value(item, "id")),
            url=canonical_url(link, url) if link else None,
            title=plain_line(_value(item, "title")),
            author=_author(item) or _author(feed),
            published_at=parse_date(_value(item, "date_published")) or parse_date(_value(item, "date_modified")),
            updated_at=parse_date(_value(item, "date_modified")),
            text=_text(item),
        )


def _text(item: dict[str, Any]) -> str:
    html = _value(item, "content_html")
    return html_text(html) if html else plain_text(_value(item, "content_text") or _value(item, "summary")).strip()


def _author(holder: dict[str, Any]) -> str | None:
    """Version 1.1 has a list, version 1 had a single one."""
    many = holder.get("authors")
    people = many if isinstance(many, list) else [holder.get("author")]
    names = (plain_line(_value(person, "name")) for person in people if isinstance(person, dict))
    return ", ".join(filter(None, names)) or None


def _value(holder: dict[str, Any], name: str) -> str:
    """A string field, "" when missing; ids may be numbers."""
    value = holder.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _not_a_feed(url: str, why: str) -> ParseError:
    return ParseError(FailureKind.NOT_A_FEED, "cannot read the feed", url, why)
