"""Expresses in text what HTML expresses by markup alone, before anything else reads the tree.

This concerns powers and indices, formulas, struck-out text, columns of tables and links to other stories, because
trafilatura and `blocks` see only words.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from ingest.parse.formulas import settle_formulas
from ingest.parse.other_stories import drop_other_stories
from ingest.parse.raised import settle_raised
from ingest.parse.replaced import GONE, SAID, take_out
from ingest.parse.tables import name_columns

_BLOCKS: Final = frozenset(
    "address article aside blockquote body dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table td th tr ul".split()
)
_STRUCK: Final = frozenset({"del", "s", "strike"})
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?\s*:[^;]{0,100}line-through", re.IGNORECASE)
_MAY_BE_STRUCK: Final = (
    "//*[contains(@style, 'line-through') or contains(@class, 'strike') or contains(@class, 'line-through')]"
)
_STRUCK_CLASSES: Final = frozenset({"line-through", "strikethrough", "strike-through"})
_VOID: Final = ("embed", "source", "track", "keygen", "param", "wbr")
_MAY_SWALLOW: Final = ("button", "canvas", "object", "audio", "video", "select")
_ATTRIBUTION: Final = ("cite", "footer", "figcaption")
LONGEST_ATTRIBUTION: Final = 120  # characters


def settle(root: Any, url: str | None = None) -> Any:
    """Settle the tree in place, and return it."""
    _free_the_swallowed(root)
    _strike(root)
    settle_formulas(root)
    settle_raised(root, _BLOCKS)
    drop_other_stories(root, url)
    _attribute(root)
    name_columns(root)
    etree.strip_elements(root, GONE, with_tail=False)
    etree.strip_tags(root, SAID)
    return root


def _free_the_swallowed(root: Any) -> None:
    """Free paragraphs that broken markup has put into void elements, or into elements that hold no article."""
    etree.strip_tags(root, *_VOID)
    for element in list(root.iter(*_MAY_SWALLOW)):
        if element.find(".//p") is not None:
            element.tag = "div"


def _strike(root: Any) -> None:
    """Remove struck-out text."""
    for element in list(root.iter(*_STRUCK)):
        take_out(element)
    for element in root.xpath(_MAY_BE_STRUCK):
        struck = not _STRUCK_CLASSES.isdisjoint((element.get("class") or "").lower().split())
        if element is not root and (struck or _LINE_THROUGH.search(element.get("style") or "")):
            take_out(element)


def _attribute(root: Any) -> None:
    """Append the attribution to a block quotation."""
    for quote in list(root.iter("blockquote", "figure")):
        last = quote[-1] if len(quote) > 1 else None
        if last is None or last.tag not in _ATTRIBUTION or quote.find(".//img") is not None:
            continue
        before = last.getprevious()
        name = " ".join("".join(last.itertext()).split()).lstrip("—–- ")
        if before.tag in ("p", "blockquote") and 0 < len(name) <= LONGEST_ATTRIBUTION:
            holder = before if before.tag == "p" or not len(before) else before[-1]
            _append(holder, f" — {name}")
            quote.remove(last)


def _append(element: Any, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + text
    else:
        element.text = (element.text or "").rstrip() + text
