"""Links that open an article at the very sentence quoted (WICG Scroll-to-Text-Fragment, "text fragments")."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

_DIRECTIVE = ":~:"

_EXACT_CHARS = 120
"""Quotes up to this long are searched for whole; longer ones by their first and last words, so that the address
stays short and a picture or a line break in the middle does no harm."""

_EDGE_WORDS = 6
_EDGE_CHARS = 100
"""An edge of words longer than this comes from a script without spaces; cut inside a word it would never match."""


def quote_link(article_url: str | None, quote_text: str) -> str | None:
    """The address of `quote_text` inside the article, or None where the article has no web address.

    A fragment the article's address has already is kept in front of the text directive; a text directive it has
    already is replaced.
    """
    if article_url is None or not is_web_address(article_url):
        return None
    directive = _text_directive(quote_text)
    if not directive:
        return article_url
    base, _, fragment = article_url.partition("#")
    return f"{base}#{fragment.partition(_DIRECTIVE)[0]}{_DIRECTIVE}text={directive}"


def is_web_address(url: str) -> bool:
    """Whether this is an http(s) address with a host, the only kind that is ever shown as a link."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _text_directive(text: str) -> str:
    """`textStart` or `textStart,textEnd`, encoded; "" where no part of the text could be found by a browser."""
    lines = [words for line in text.splitlines() if (words := line.split())]
    if not lines:
        return ""
    whole = " ".join(word for words in lines for word in words)
    if len(lines) == 1 and (len(whole) <= _EXACT_CHARS or len(lines[0]) <= 2 * _EDGE_WORDS):
        return _encode(whole) if len(whole) <= 2 * _EDGE_CHARS else ""
    first, last = " ".join(lines[0][:_EDGE_WORDS]), " ".join(lines[-1][-_EDGE_WORDS:])
    if max(len(first), len(last)) > _EDGE_CHARS:
        return ""
    return f"{_encode(first)},{_encode(last)}"


def _encode(text: str) -> str:
    """Percent-encode; `-`, `,` and `&` have a meaning of their own inside a text directive."""
    return quote(text, safe="").replace("-", "%2D")
