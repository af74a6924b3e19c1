"""Tells tags that are markup from tags that are text, in feeds whose HTML is not properly escaped.

A tag that is only mentioned ("The <script> tag", "List<T>") is text. An unclosed tag swallows nothing. HTML that was
escaped once too often is still HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Final

from lxml.html import defs

_TAG = re.compile(r"<!--(?:(?!-->).)*+(?:-->|\Z)|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>]*)(?P<rest>[^<>]*)>", re.DOTALL)
_TAGLIKE = re.compile(r"<[a-zA-Z/!][^<>]*>")
_VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr keygen frame".split())
_SWALLOWING: Final = frozenset(
    "script style iframe template textarea title canvas button select object video audio noscript noembed noframes "
    "applet xmp plaintext svg math del s strike option".split()
)
"""Elements that swallow everything after them if they are not closed."""
_PHRASES: Final = frozenset(
    "a abbr b bdi bdo big br cite code del dfn em font i ins kbd mark math q ruby rb rp rt s samp small span strike "
    "strong sub sup tt u var wbr p div".split()
)
"""Elements that may occur in a title."""
_KNOWN: Final = frozenset(
    (set(defs.tags) | _VOID | _SWALLOWING)
    | set(
        "article aside bdi data datalist details dialog figcaption figure footer header hgroup main mark menu meter "
        "nav output picture progress rb rp rt rtc ruby search section slot summary time svg math image".split()
    )
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[nm]dash|hellip|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_OFTEN: Final = 3
"""How many times a text may have been escaped."""


def has_markup(source: str) -> bool:
    """Whether a text contains something that looks like a tag."""
    return _TAGLIKE.search(source) is not None


def as_html(source: str) -> str | None:
    """The source of an HTML fragment in which every tag is markup; None for plain text, even if it mentions tags."""
    for _ in range(_OFTEN):
        tags = _read(source)
        if _is_html(tags):
            return _settled(source, tags)
        opened = unescape(source)
        if opened == source or not opened.lstrip().startswith("<") or not _is_html(_read(opened)):
            return None
        source = opened
    return None


def phrase_as_html(source: str) -> str:
    """The same for a title: an element that is not phrasing content, or is not closed, is text."""
    tags = [(end, name if name in _PHRASES or name == _COMMENT else "", rest) for end, name, rest in _read(source)]
    return _settled(source, tags, unclosed_is_text=True)


def unescaped_again(text: str) -> str:
    """Text without character references left by one escape too many: "AT&amp;T" becomes AT&T."""
    return _ENTITY.sub(lambda match: unescape(match.group()), text) if "&" in text else text


_Tags = list[tuple[bool, str, str]]
_COMMENT: Final = "!"
"""The name under which `_read` gives a comment, which is markup wherever it stands."""


def _read(source: str) -> _Tags:
    """Each tag (and comment): whether it ends an element, its name, its attributes."""
    return [
        (match["end"] == "/", (match["name"] or _COMMENT).lower(), (match["rest"] or "").strip(" \t\r\n/"))
        for match in _TAG.finditer(source)
    ]


def _is_html(tags: _Tags) -> bool:
    """Whether some tag can only be markup: a pair, a tag with attributes, or a void element."""
    opened: set[str] = set()
    for end, name, rest in tags:
        if name == _COMMENT or name in ("br", "hr") or (name in _KNOWN and "=" in rest and not end):
            return True
        if name in opened and (end or name in ("p", "li")):
            return True
        if not end and name in _KNOWN:
            opened.add(name)
    return False


def _settled(source: str, tags: _Tags, *, unclosed_is_text: bool = False) -> str:
    """The source with textual tags escaped and unclosed ones removed."""
    opens = Counter(name for end, name, _ in tags if not end)
    ends = Counter(name for end, name, _ in tags if end)
    kept = iter(tags)

    def settle(match: re.Match[str]) -> str:
        end, name, rest = next(kept)
        if name == _COMMENT or name in _VOID or match["rest"].endswith("/"):
            return match.group()
        if name not in _KNOWN and "-" not in name and ":" not in name:
            known_pair = opens[name] and ends[name] and not unclosed_is_text and name
            return match.group() if known_pair else "&lt;" + match.group()[1:]
        lacking = opens[name] > ends[name] if not end else not opens[name]
        if not lacking:
            return match.group()
        if unclosed_is_text:
            return "&lt;" + match.group()[1:] if not rest else ""
        if name in _SWALLOWING:
            return "" if rest or end else "&lt;" + match.group()[1:]
        return match.group()

    return _TAG.sub(settle, source)
