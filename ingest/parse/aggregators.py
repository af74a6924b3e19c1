"""Entries of aggregators: the original article's publisher and address, and which text is the aggregator's own. Pure.

An aggregator lists what others published. The text it adds ("Points: 12", "submitted by") is no article, its name is
not the publisher's, and its link may lead back to itself.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from ingest.parse.feed_items import RawItem
from ingest.parse.urls import canonical_url, host_of, same_site

_LINKED = re.compile(
    r"""<a\s[^<>]{0,200}?href=["']([^"'<>\s]{8,2000})["'][^<>]{0,200}>\s*\[link\]\s*</a>""", re.IGNORECASE
)
_GOOGLE_NEWS = re.compile(r"https://news\.google\.com/(?:rss/)?articles/([\w-]{20,2000})")
_ADDRESS_INSIDE = re.compile(rb"https?://[\x21-\x7e]{4,1900}")
_LINES = re.compile(
    r"^(?:(?:Article|Comments) URL: \S*|Points: \d{1,9}|# Comments: \d{1,9}|Comments|\[link\]|\[comments\]"
    r"|(?:\s*submitted by\s*)?/?u/[\w-]{1,40}|submitted by.{0,60}\[comments\])$",
    re.IGNORECASE,
)
_SUBMITTED = re.compile(
    r"\s*submitted by\s{1,4}/?u/[\w-]{1,40}(?:\s{1,4}to\s{1,4}r/\w{1,40})?\s*\[link\]\s*\[comments\]\s*$"
)
_ARXIV = re.compile(
    r"arXiv:(?:(?P<year>\d\d)(?P<month>\d\d)\.\d{4,5}|[\w.-]{2,20}/(?P<old>\d{4})\d{3})(?:v\d{1,3})?\s{1,4}"
    r"Announce Type:\s{0,4}(?P<type>[\w-]{1,20})\s{1,4}Abstract:\s{0,4}",
    re.ASCII,
)


def own_address(url: str | None, bodies: Iterable[str]) -> str | None:
    """The address of an entry's article: the original one, if Google News or Reddit reveal it, else `url`.

    Args:
        bodies: the entry's bodies, as HTML.
    """
    if url is None:
        return None
    if match := _GOOGLE_NEWS.match(url):
        return _inside(match[1]) or url
    linked = next((match[1] for body in bodies if (match := _LINKED.search(body))), None)
    address = canonical_url(linked.replace("&amp;", "&")) if linked else None
    return address if address is not None and not _is_of_reddit(address) else url


def article_of(item: RawItem) -> RawItem:
    """The entry without the text that its aggregator added."""
    text, title = item.text, item.title
    if item.publisher:
        title = title.removesuffix(f" - {item.publisher}").rstrip()  # as Google News writes titles
    if match := _ARXIV.match(text):
        return _paper(replace(item, title=title, text=text[match.end() :]), match)
    text = _SUBMITTED.sub("", text)
    text = "\n".join(line for line in text.split("\n") if not _LINES.match(line.strip())).strip()
    if text and _says_nothing_but(text, (title, item.title, item.publisher)):
        text = ""
    return item if (text, title) == (item.text, item.title) else replace(item, text=text, title=title)


def _inside(packed: str) -> str | None:
    """The original address that Google News encodes in its own, where it still does so."""
    try:
        message = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except (ValueError, binascii.Error):
        return None
    match = _ADDRESS_INSIDE.search(message)
    return canonical_url(match[0].decode("ascii")) if match else None


def _is_of_reddit(url: str) -> bool:
    return any(same_site(url, f"https://{host}/") for host in ("reddit.com", "redd.it")) or host_of(url) == "redd.it"


def _paper(item: RawItem, match: re.Match[str]) -> RawItem:
    """A paper on arXiv. A replacement is not news: its number shows that it is from an earlier month."""
    if not match["type"].startswith("replace"):
        return item
    said = match["old"] or f"{match['year']}{match['month']}"
    year, month = int(said[:2]), int(said[2:])
    first = datetime(1900 + year if year > 90 else 2000 + year, min(max(month, 1), 12), 1, tzinfo=UTC)
    return replace(item, published_at=None, updated_at=item.published_at or item.updated_at, no_later_than=first)


def _says_nothing_but(text: str, known: Iterable[str]) -> bool:
    """Whether a text merely repeats its title and its publisher."""
    left = " ".join(text.split()).casefold()
    for words in sorted(filter(None, known), key=len, reverse=True):
        left = left.replace(" ".join(words.split()).casefold(), " ")
    return not any(character.isalnum() for character in left)
