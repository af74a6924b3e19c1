"""JSON Feed 1 and 1.1 (jsonfeed.org) to items. Later pages (`next_url`) and hubs are ignored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from ingest.errors import FailureKind, ParseError
from ingest.parse.dates import parse_date
from ingest.parse.feed_items import RawItem, first_unread, to_items
from ingest.parse.html import html_text
from ingest.parse.models import ParsedFeed
from ingest.parse.plain import plain_line, plain_text
from ingest.parse.urls import absolute_url, canonical_url

_VERSION = re.compile(r"https?://(www\.)?jsonfeed\.org/version/")


def is_json(text: str) -> bool:
    """Whether a document starts as a JSON object."""
    return text.lstrip()[:1] == "{"


def parse_json_feed(text: str, *, url: str) -> ParsedFeed:
    """Read a JSON Feed fetched from `url`.

    Raises:
        ParseError: NOT_A_FEED.
    """
    feed = _loaded(text, url)
    version, items = _value(feed, "version"), feed.get("items")
    if not _VERSION.match(version):
        said = f"unknown JSON Feed version: {version[:80]}" if version else "it names no version of JSON Feed"
        raise _not_a_feed(url, said)
    if not isinstance(items, list):  # a broken feed is not an empty one
        raise _not_a_feed(url, "it is a JSON Feed without a list of items")
    return ParsedFeed(
        title=plain_line(_value(feed, "title")),
        site_url=absolute_url(_value(feed, "home_page_url"), url),
        items=to_items(_raw_items(items, _author(feed), url)),
        language=_value(feed, "language") or None,
        has_ended=feed.get("expired") is True,
    )


def _loaded(text: str, url: str) -> dict[str, Any]:
    """The object, with numbers kept as text: an id may be a number, and must not change."""
    try:
        feed = json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise _not_a_feed(url, f"it is no JSON ({error})") from error
    return feed if isinstance(feed, dict) else {}


def _raw_items(items: list[Any], feed_author: str | None, url: str) -> Iterable[RawItem]:
    for item in items:
        if not isinstance(item, dict):
            continue
        link = _value(item, "url") or _value(item, "external_url")
        said = _value(item, "date_published"), _value(item, "date_modified")
        published_at, updated_at = map(parse_date, said)
        yield RawItem(
            guid=plain_line(_value(item, "id")),
            url=canonical_url(link, url) if link else None,
            title=plain_line(_value(item, "title")),
            author=_author(item) or feed_author,
            published_at=published_at or updated_at,
            updated_at=updated_at,
            text=_text(item, link or url),
            unread_date=first_unread((said[0], published_at), (said[1], updated_at)),
        )


def _text(item: dict[str, Any], url: str) -> str:
    """The first form of an item's body that has words."""
    forms = (
        html_text(_value(item, "content_html"), url),
        *(_value(item, name) for name in ("content_text", "summary")),
    )
    return next(filter(None, (plain_text(form).strip() for form in forms)), "")


def _author(holder: dict[str, Any]) -> str | None:
    """Version 1.1 has a list, version 1 had a single one; some feeds have both."""
    for people in (holder.get("authors"), [holder.get("author")]):
        known = [person for person in people if isinstance(person, dict)] if isinstance(people, list) else []
        names = dict.fromkeys(filter(None, (plain_line(_value(person, "name")) for person in known)))
        if names:
            return ", ".join(names)
    return None


def _value(holder: dict[str, Any], name: str) -> str:
    """A string or a number, "" for anything else."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _not_a_feed(url: str, why: str) -> ParseError:
    return ParseError(FailureKind.NOT_A_FEED, "cannot read the feed", url, why)
