"""Answers in quotes mode: the sentences that answer, best first, copied."""

from __future__ import annotations

from bot.answering.models import Quote
from bot.answering.quotes import MAX_QUOTES, join_neighbours, make_quote
from bot.answering.rank_sentences import rank_sentences
from bot.answering.retrieve import Retrieved


def compose_quotes(found: Retrieved, limit: int = MAX_QUOTES) -> tuple[Quote, ...]:
    """The best sentences as quotes; neighbours are quoted together."""
    pieces = join_neighbours(sentence.evidence for sentence in rank_sentences(found, limit))
    return tuple(make_quote(n, piece) for n, piece in enumerate(pieces, 1))
