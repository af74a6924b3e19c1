"""What "more quotes" shows: the next best sentences that an answer has not quoted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answering.composing.compose_quotes import compose_quotes
from bot.answering.models import Quote
from bot.answering.retrieval.rank_sentences import RankedSentence

MOST_QUOTES = 10
"""Quotes of an answer, those shown at first among them."""


def more_quotes(ranked: Sequence[RankedSentence], shown: Sequence[Quote], *, several: bool) -> tuple[Quote, ...]:
    """Quotes beside those `shown`, none of which they touch, numbered on; `MOST_QUOTES` together at most.

    Args:
        ranked: all sentences that were found, best first.
        several: the question wants several articles.
    """
    candidates = compose_quotes(ranked, several=several, limit=MOST_QUOTES + len(shown), worth=0.0)
    new = [quote for quote in candidates if not any(_touch(quote, other) for other in shown)]
    room = MOST_QUOTES - len(shown)
    return tuple(replace(quote, n=n) for n, quote in enumerate(new[:room], len(shown) + 1))


def _touch(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end
