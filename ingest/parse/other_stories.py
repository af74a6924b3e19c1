"""Removes lines that lead to other stories of the same site, recognised by their shape.

    Read also: [Acme Robotics goes bankrupt]        a label and a headline that is a link
    [One headline of the site]  [Another one] ...   a list, or a run of lines, of nothing else

Links to other sites ("Paper: [FernNet maps the world]") and within the page are kept.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from ingest.parse.replaced import take_out
from ingest.parse.urls import same_site

LONGEST_LABEL: Final = 40  # characters
LEAST_WORDS: Final = 4
"""Least number of words in a headline."""
LEAST_LINKS: Final = 2

_LINES: Final = ("p", "div", "li", "blockquote", "aside", "h2", "h3", "h4", "h5", "h6", "section")
_LABEL_END: Final = (":", "：", "|", "»", "›", "→", ">", "–", "—", "-")
_INNER_BLOCKS: Final = frozenset("p div ul ol li table pre blockquote section article h1 h2 h3 h4 h5 h6 figure".split())
_SENTENCE_END = re.compile(r"[.!?。]\s")


def drop_other_stories(root: Any, url: str | None) -> None:
    """Remove such lines from the tree.

    Args:
        url: the page's address; None if unknown, and then every link that is not an anchor counts as the site's own.
    """
    for line in list(root.iter(*_LINES)):
        if _leads_away(line, url):
            take_out(line)
    for listed in list(root.iter("ul", "ol")):
        items = list(listed.iter("li"))
        if len(items) >= LEAST_LINKS and url and all(_is_headline(item, url) for item in items):
            above = listed.getprevious()
            if above is not None and above.tag in _LINES and _is_label(above):
                take_out(above)
                take_out(listed)


def _leads_away(line: Any, url: str | None) -> bool:
    """Whether a line is a label and a headline of the same site."""
    link = _only_link(line)
    if link is None or not _is_own(link, url):
        return False
    headline = _words(link)
    before = _words(line).rpartition(headline)[0].strip() if headline else ""
    if before:
        return len(before) <= LONGEST_LABEL and before.endswith(_LABEL_END) and len(headline.split()) >= LEAST_WORDS
    inside, colon, rest = headline.partition(":")  # the label may be in the link
    return bool(colon) and inside.isupper() and len(inside) <= LONGEST_LABEL and len(rest.split()) >= LEAST_WORDS


def _only_link(line: Any) -> Any | None:
    """The link at a line's end, if the line has no other link and no blocks."""
    links = []
    for inner in line.iterdescendants():
        if inner.tag in _INNER_BLOCKS or inner.tag == "br":
            return None
        if inner.tag == "a":
            links.append(inner)
            if len(links) > 1:
                return None
    if not links or (links[0].tail or "").strip(" .\n\t\r\xa0"):
        return None
    return links[0] if not _SENTENCE_END.search(_words(line)) else None


def _is_headline(item: Any, url: str) -> bool:
    link = _only_link(item)
    if link is None or not _is_own(link, url):
        return False
    words = _words(link)
    return len(words.split()) >= LEAST_WORDS and words == _words(item)


def _is_label(line: Any) -> bool:
    words = _words(line)
    return 0 < len(words) <= LONGEST_LABEL and line.find(".//a") is None


def _is_own(link: Any, url: str | None) -> bool:
    """Whether a link leads to another page of the same site."""
    address = (link.get("href") or "").strip()
    if not address or address.startswith("#"):
        return False
    try:
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc:
            return True
        return parts.scheme in ("", "http", "https") and (url is None or same_site(urljoin(url, address), url))
    except ValueError:
        return False


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
