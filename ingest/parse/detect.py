"""The kind of a document, and the feeds that a page declares. The bytes count for more than the headers."""

from __future__ import annotations

import re
from enum import StrEnum

from ingest.errors import FailureKind, ParseError
from ingest.parse.charset import decode
from ingest.parse.html import html_tree
from ingest.parse.urls import absolute_url

_HEAD_BYTES = 4096
_FEED_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf)[\s>]", re.IGNORECASE)
_SITEMAP_ROOT = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
# Atomic groups, so that a head full of comments cannot cause backtracking.
_PROLOG = re.compile(
    r"\s*+(?:(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE\s[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)\s*+)*+", re.DOTALL | re.IGNORECASE
)
_HTML = re.compile(
    r"\s*+(?:(?><!--.*?-->|<\?xml.*?\?>)\s*+)*+<(?:!doctype\s++html|html|head|body)\b", re.DOTALL | re.IGNORECASE
)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version')
_JSON_LINE = re.compile(r'\s*\{.*"(url|text|title)"\s*:.*\}\s*$')
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/x-opml+rss"}
)
_ARTICLE = re.compile(
    r"""property=["']og:type["'][^>]*content=["']article|content=["']article["'][^>]*property=["']og:type"""
    r"""|property=["']article:published_time|"@type":\s*\[?\s*"(?:News|Blog|Tech|Scholarly)?(?:Article|Posting)""",
    re.IGNORECASE,
)
_COMMON_PATHS = (
    "/feed",
    "/rss",
    "/feed.xml",
    "/rss.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
)


class DocumentKind(StrEnum):
    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"
    TEXT = "text"
    JSONL = "jsonl"
    PDF = "pdf"


def detect(body: bytes, *, content_type: str = "", name: str = "") -> DocumentKind:
    """The kind of `body`.

    Args:
        content_type: the header's value, "" when there is none.
        name: the URL or file name; its ending decides if the bytes are inconclusive.

    Raises:
        ParseError: it is none of the known kinds (WRONG_TYPE).
    """
    if b"%PDF-" in body[:1024]:
        return DocumentKind.PDF
    head = decode(body[:_HEAD_BYTES], content_type)
    if "\x00" in head:
        raise ParseError(FailureKind.WRONG_TYPE, "cannot read", name or content_type, "it is neither text nor a PDF")
    return _by_markup(head) or _by_name(head, content_type.partition(";")[0].strip().lower(), name.lower())


def is_page(text: str) -> bool:
    """Whether a text begins like an HTML document."""
    return _HTML.match(text, 0, _HEAD_BYTES) is not None


def is_sitemap(text: str) -> bool:
    """Whether a text begins like a site map (sitemaps.org)."""
    return _SITEMAP_ROOT.match(text, _root(text)) is not None


def _root(text: str) -> int:
    """Where the first element begins, if the text is XML."""
    prolog = _PROLOG.match(text, 0, _HEAD_BYTES)
    return prolog.end() if prolog else 0


def _by_markup(head: str) -> DocumentKind | None:
    if is_page(head):
        return DocumentKind.PAGE
    if is_sitemap(head):
        return DocumentKind.SITEMAP
    if _FEED_ROOT.match(head, _root(head)) or _JSON_FEED.search(head):
        return DocumentKind.FEED
    return None


def _by_name(head: str, media_type: str, name: str) -> DocumentKind:
    first_line = head.lstrip().partition("\n")[0]
    if name.endswith((".jsonl", ".ndjson")) or media_type in {"application/jsonl", "application/x-ndjson"}:
        return DocumentKind.JSONL
    if name.endswith((".md", ".markdown", ".txt")) or media_type in {"text/markdown"}:
        return DocumentKind.TEXT
    if "html" in media_type or name.endswith((".html", ".htm")):
        return DocumentKind.PAGE
    if media_type in _FEED_TYPES or media_type.endswith("xml") or head.lstrip().startswith("<?xml"):
        return DocumentKind.FEED
    return DocumentKind.JSONL if _JSON_LINE.match(first_line) else DocumentKind.TEXT


def feed_links(body: bytes, *, url: str, content_type: str = "") -> tuple[str, ...]:
    """Addresses of the feeds that a page declares with <link rel="alternate">, feeds of comments last."""
    tree = html_tree(decode(body, content_type))
    if tree is None:
        return ()
    base = absolute_url((tree.xpath("string(//base/@href)") or "").strip() or url, url) or url
    found: dict[str, bool] = {}
    for link in tree.iter("link"):
        address = absolute_url(link.get("href") or "", base)
        if address and _declares_feed(link.get("rel"), link.get("type"), address):
            label = f"{link.get('title')} {address}".lower()
            found.setdefault(address, "comment" in label)
    return tuple(sorted(found, key=lambda address: found[address]))


def common_list_urls(url: str) -> tuple[str, ...]:
    """Where sites commonly have a feed that their pages do not declare, or a site map; to be tried in this order."""
    candidates = (absolute_url(path, url) for path in _COMMON_PATHS)
    return tuple(candidate for candidate in candidates if candidate)


def _declares_feed(rel: str | None, media_type: str | None, address: str) -> bool:
    kind = (media_type or "").partition(";")[0].strip().lower()
    # JSON Feed 1 was declared like this, and WordPress declares its API like this.
    is_feed = kind in _FEED_TYPES or (kind == "application/json" and "feed" in address.lower())
    return "alternate" in (rel or "").lower().split() and is_feed


def is_article_page(body: bytes, content_type: str = "") -> bool:
    """Whether a page declares itself an article (OpenGraph, schema.org) rather than a front page."""
    text = decode(body, content_type)
    return _ARTICLE.search(text) is not None
