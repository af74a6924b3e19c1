"""Decides whether an entry's article is its page or the feed's own text. Pure.

Pages are fetched because most feeds have only a summary. But a paywall, a log-in or a "not found" page has text too. It
is recognised not by its wording, but because the words of the entry are missing.
"""

from __future__ import annotations

from itertools import pairwise

from ingest.parse.models import FeedItem, ParsedArticle
from ingest.text.words import content_terms, terms

FULL_TEXT = 60
"""A feed's text of at least so many words is an article, or its beginning: its page contains most of it word for
word."""
HELD = 0.5
"""Share of a full text's word pairs that its page must contain."""
SENTENCE = 12
"""A summary of at least so many words can be compared; with fewer, a page with the entry's title is accepted."""
SHORT_PAGE = 1500
"""A page of up to so many characters can be a wall; longer ones are articles, whatever their summary says."""
MENTIONED = 0.25
"""Share of the title's and summary's words that a short page must contain."""


def why_not_page(item: FeedItem, page: ParsedArticle) -> str:
    """Why the page is not the article of this entry; "" if it is."""
    told = terms(item.text)
    if len(told) >= FULL_TEXT:
        held = terms(page.text)
        share = _shared(told, held)
        if share < HELD:
            return "the page does not hold what the feed says"
        return "the page has less" if 2 * len(held) < len(told) else ""
    if len(page.text) >= SHORT_PAGE:
        return ""
    said = page.text if len(told) >= SENTENCE else f"{page.title}\n{page.text}"
    wanted = set(content_terms(f"{item.title} {item.text}"))
    mentioned = len(wanted.intersection(terms(said))) / max(len(wanted), 1)
    return "" if mentioned >= MENTIONED or not wanted else "the page is short and does not say what the entry is about"


def _shared(told: list[str], said: list[str]) -> float:
    """The share of the first text's pairs of neighbouring words that the second contains."""
    pairs = set(pairwise(told))
    return len(pairs & set(pairwise(said))) / len(pairs)
