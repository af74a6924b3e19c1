"""The stories as feeds: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org). Pure."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from bot.contract import Json
from bot.publish.pages import TITLE, Shown, StoryPage

MOST = 60
"""Stories in a feed, the newest first."""
ATOM, HTML = "feed.xml", "index.html"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_BEGINNING = "1970-01-01T00:00:00Z"


def atom(stories: Sequence[StoryPage], base: str) -> str:
    """The Atom feed; addresses are relative to it where the site's own address is not known."""
    ET.register_namespace("", _NAMESPACE)
    feed = ET.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    shown = stories[:MOST]
    _add(feed, "title", TITLE)
    _add(feed, "id", _id(base or TITLE))
    _add(feed, "updated", max((story.published_at for story in shown), default=_BEGINNING))
    ET.SubElement(_add(feed, "author"), _tag("name")).text = "Verbatim"
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{base}{ATOM}")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{base}{HTML}")
    for story in shown:
        entry = _add(feed, "entry")
        _add(entry, "title", story.title)
        _add(entry, "id", _id(story.path))
        _add(entry, "link", rel="alternate", type="text/html", href=f"{base}{story.path}")
        _add(entry, "published", story.published_at)
        _add(entry, "updated", story.published_at)
        _add(entry, "summary", story.description)
        _add(entry, "content", content(story), type="html")
    ET.indent(feed, "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def json_feed(stories: Sequence[StoryPage], base: str) -> str:
    """The JSON Feed; the addresses that it may only give whole are left out where the site's own is not known."""
    feed: Json = {"version": "https://jsonfeed.org/version/1.1", "title": TITLE}
    if base:
        feed |= {"home_page_url": base + HTML, "feed_url": f"{base}feed.json"}
    feed |= {"language": "en", "authors": [{"name": "Verbatim"}], "items": [_item(s, base) for s in stories[:MOST]]}
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def content(story: StoryPage) -> str:
    """The story as HTML without any mark-up but quotes and links."""
    summary = f"<p>{escape(story.summary)}</p>" if story.summary else ""
    return summary + "".join(
        f"<blockquote><p>{escape(q.text)}</p></blockquote><p>{_source(q)}</p>" for q in story.quotes
    )


def _item(story: StoryPage, base: str) -> Json:
    item: Json = {"id": _id(story.path)}
    if base:
        item["url"] = base + story.path
    if link := story.quotes[0].link:
        item["external_url"] = link
    return item | {
        "title": story.title,
        "summary": story.description,
        "content_html": content(story),
        "date_published": story.published_at,
    }


def _source(quote: Shown) -> str:
    named = escape(quote.title)
    linked = f'<a href="{escape(quote.link)}">{named}</a>' if quote.link else named
    return ", ".join(filter(None, [linked, escape(quote.source), escape(quote.date)]))


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    added = ET.SubElement(parent, _tag(name), attributes)
    added.text = text or None
    return added


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _id(name: str) -> str:
    """An id that stays (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"verbatim:{name}").urn
