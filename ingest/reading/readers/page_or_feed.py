"""Which of the two holds an entry's article: its page, or the feed's own text. Pure.

A page is asked for because most feeds have only a summary. But where the page is a paywall, a log-in or a site's
"not found", it has text too. What tells them apart is not how they say it, but that the words of the entry are missing.
"""

from __future__ import annotations

from itertools import pairwise

from ingest.parse.models import FeedItem, ParsedArticle
from ingest.text.words import content_terms, terms

FULL_TEXT = 60
"""A feed's text of so many words is an article, or its beginning: its page holds most of it word for word."""
HELD = 0.5
"""Share of a full text's pairs of words that its page holds."""
SENTENCE = 12
"""A summary of so many words can be compared; where there is less, a page under the entry's title is taken for it."""
SHORT_PAGE = 1500
"""A page of so many characters can be a wall; longer ones are articles, however little their summary says of them."""
MENTIONED = 0.25
"""Share of the title's and summary's words that a short page holds too."""


def why_not_page(item: FeedItem, page: ParsedArticle) -> str:
    """Why the page does not hold the article of this entry; "" where it does."""
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
    """The share of the one text's pairs of neighbouring words that the other has."""
    pairs = set(pairwise(told))
    return len(pairs & set(pairwise(said))) / len(pairs)
