"""HTML to a tree and to text, for pages and bodies of feed items."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from lxml import etree
from lxml.html import HTMLParser

from ingest.parse.blocks import HTML, render
from ingest.parse.plain import plain_line, plain_text
from ingest.parse.settle import settle
from ingest.parse.tags import as_html, has_markup, phrase_as_html, unescaped_again

_PARSER = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, collect_ids=False)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def html_tree(source: str) -> Any | None:
    """The tree of an HTML document or fragment, None if it is empty. libxml2 limits its depth to 256."""
    try:
        return etree.fromstring(_NOT_XML.sub("", source).encode(), _PARSER)
    except (etree.LxmlError, ValueError):
        return None


def html_text(source: str, url: str | None = None) -> str:
    """The text of an HTML fragment from `url`; plain text keeps its line breaks."""
    html = as_html(source)
    if html is None:
        return unescaped_again(plain_text(unescape(source))).strip()
    tree = html_tree(html)
    return "" if tree is None else render(settle(tree, url), HTML)


def html_line(source: str) -> str:
    """The text of a title on one line; a tag that is only mentioned is text."""
    html = phrase_as_html(source) if has_markup(source) else source
    if not has_markup(html):
        return unescaped_again(plain_line(unescape(html)))
    tree = html_tree(html)
    return "" if tree is None else plain_line(render(settle(tree), HTML).replace("```", ""))
