"""HTML to a tree and to text, for pages and for the bodies of feed items."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from lxml import etree

from ingest.parse.blocks import HTML, render
from ingest.parse.plain import plain_line, plain_text

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>")
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def html_tree(source: str) -> Any | None:
    """The tree of an HTML document or fragment, None when there is nothing in it. libxml2 bounds its depth to 256."""
    try:
        return etree.fromstring(_NOT_XML.sub("", source).encode(), _PARSER)
    except (etree.LxmlError, ValueError):
        return None


def html_text(source: str) -> str:
    """The text of an HTML fragment; text without markup keeps its own lines."""
    if not _MARKUP.search(source):
        return plain_text(unescape(source)).strip()
    tree = html_tree(source)
    return "" if tree is None else render(tree, HTML)


def html_line(source: str) -> str:
    """The text of an HTML fragment on one line, for titles."""
    return plain_line(html_text(source) if _MARKUP.search(source) else unescape(source))
