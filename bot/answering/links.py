"""Links that open an article at the very sentence quoted (WICG Scroll-to-Text-Fragment, "text fragments")."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_DIRECTIVE = ":~:"

_EXACT_CHARS = 120
"""Quotes up to this long are searched for whole; longer ones by their first and last words, so that the address
stays short and a picture or a line break in the middle does not matter."""

_EDGE_WORDS = 6
_EDGE_CHARS = 100
"""An edge of words longer than this comes from a script without spaces; cut inside a word it would never match."""


_BRIEF_CHARS, _BRIEF_WORDS = 40, 3


def quote_link(article_url: str | None, quote_text: str) -> str | None:
    """The address of `quote_text` inside the article, or None if the article has no web address.

    A fragment that the article's address already has is kept in front of the text directive; a text directive is
    replaced.
    """
    return _link(article_url, _text_directive(quote_text), _second_try(quote_text))


def brief_link(article_url: str | None, quote_text: str) -> str | None:
    """The same by fewer words of the quote, where many links share one message."""
    return _link(article_url, _text_directive(quote_text, _BRIEF_CHARS, _BRIEF_WORDS))


def _link(article_url: str | None, directive: str, second_try: str = "") -> str | None:
    if article_url is None or not is_web_address(article_url):
        return None
    if not directive:
        return article_url
    base, _, fragment = article_url.partition("#")
    return f"{base}#{fragment.partition(_DIRECTIVE)[0]}{_DIRECTIVE}text={directive}{second_try}"


def is_web_address(url: str) -> bool:
    """Whether this is an http(s) address with a host, the only kind that is ever shown as a link."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


_LABEL = re.compile(r"[^|:]{1,60}: ")
_ALTERED = re.compile("[⁰¹²³⁴-⁾₀-₎ⁿⁱᵃ-ᵡᵢ-ᵥ^]|\\w_\\w")
"""Characters that a page expresses by markup: its visible text differs from the stored text there."""


def _text_directive(text: str, exact: int = _EXACT_CHARS, edge: int = _EDGE_WORDS) -> str:
    """`textStart` or `textStart,textEnd`, encoded; "" if a browser could not find any part of the text.

    Args:
        exact: up to so many characters are searched for whole.
        edge: the words of each end of a longer text.
    """
    lines = [words for line in _as_on_the_page(text) if (words := line.split())]
    if not lines:
        return ""
    whole = " ".join(word for words in lines for word in words)
    if len(lines) == 1 and (len(whole) <= exact or len(lines[0]) <= 2 * edge):
        return _encode(whole) if len(whole) <= 2 * _EDGE_CHARS else ""
    first, last = " ".join(lines[0][:edge]), " ".join(lines[-1][-edge:])
    if max(len(first), len(last)) > _EDGE_CHARS:
        return ""
    return f"{_encode(first)},{_encode(last)}"


def _second_try(text: str) -> str:
    """A directive for the last words of a sentence with figures, for pages that show more there than was stored.

    A mark of a note, a figure that was struck out, a formula: each would hide the whole sentence from a browser, which
    marks what it finds of several directives.
    """
    words = text.split()
    if "\n" in text or len(words) < 2 * _EDGE_WORDS - 2 or not any(map(str.isdigit, text)) or _ALTERED.search(text):
        return ""
    last = " ".join(words[-_EDGE_WORDS:])
    return f"&text={_encode(last)}" if len(last) <= _EDGE_CHARS else ""


def _as_on_the_page(text: str) -> list[str]:
    """The lines of a quote without what the parser added: names of columns, fences, powers.

    A row is looked for by its first cell and its last, code by its first line and its last, and a line with powers
    by the longest run of words that has none.
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("```", "~~~"))]
    rows = [line.split(" | ") for line in lines if " | " in line]
    if rows and len(rows) == len(lines):
        cells = [_LABEL.sub("", cell, count=1) for cell in (rows[0][0], rows[-1][-1])]
        return [cell for cell in cells if not _ALTERED.search(cell)]
    if not _ALTERED.search(text):
        return lines
    runs: list[list[str]] = [[]]
    for word in text.split():
        if _ALTERED.search(word):
            runs.append([])
        else:
            runs[-1].append(word)
    longest: list[str] = max(runs, key=len)
    return [" ".join(longest)]


def _encode(text: str) -> str:
    """Percent-encode; `-`, `,` and `&` have a meaning of their own inside a text directive."""
    return quote(text, safe="").replace("-", "%2D")
