"""Quotes both sides when two articles give different figures for the same thing, the newer one first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from bot.answering.links import quote_link
from bot.answering.models import Answer, Mode, Quote, Statement
from bot.answering.quotes import MAX_QUOTES, Evidence
from bot.answering.remarks.conflicts import Disagreement, disagreement
from ingest.models import Passage


class Conflict(NamedTuple):
    """Two quotes with different figures for the same thing."""

    newer: Quote
    older: Quote
    told: Disagreement


def with_both_sides(answer: Answer, passages: Sequence[Passage]) -> tuple[Answer, Conflict | None]:
    """The answer with both sides of its first disagreement, which is None where there is none.

    Args:
        passages: what was retrieved: the other side is looked for here if no quote gives it.
    """
    conflict = _among(answer.quotes)
    if conflict is None:
        return _with_other_side(answer, passages)
    return _newer_first(answer, conflict) if answer.mode is Mode.QUOTES else (answer, conflict)


def in_quotes(answer: Answer, quotes: tuple[Quote, ...]) -> Answer:
    """The answer with each quote as its own statement."""
    return replace(
        answer,
        mode=Mode.QUOTES,
        statements=tuple(Statement(quote.text, (quote.n,)) for quote in quotes),
        quotes=quotes,
        text="\n\n".join(f"{quote.text} [{quote.n}]" for quote in quotes),
    )


def _among(quotes: Sequence[Quote]) -> Conflict | None:
    """The first disagreement between two quotes of different articles."""
    for n, first in enumerate(quotes):
        for second in quotes[n + 1 :]:
            conflict = _conflict(first, second)
            if conflict:
                return conflict
    return None


def _conflict(first: Quote, second: Quote) -> Conflict | None:
    if first.article.id == second.article.id:
        return None
    if _date(first) < _date(second):
        first, second = second, first
    told = disagreement(first.text, second.text)
    return Conflict(first, second, told) if told else None


def _date(quote: Quote) -> datetime:
    """For comparison: an article without a date counts as the oldest."""
    return quote.article.published_at or datetime.min.replace(tzinfo=UTC)


def _with_other_side(answer: Answer, passages: Sequence[Passage]) -> tuple[Answer, Conflict | None]:
    """Also quote the sentence with another figure than a quote has, if there is room or room can be made."""
    if answer.mode is Mode.MODEL and len(answer.quotes) >= MAX_QUOTES:
        return answer, None
    others = list(_sentences(passages))
    for quote in answer.quotes:
        for other in others:
            conflict = _conflict(quote, other)
            if conflict:
                linked = replace(other, link=quote_link(other.article.url, other.text))
                newer, older = (linked if quote is other else quote for quote in conflict[:2])
                return _added(answer, Conflict(newer, older, conflict.told), linked)
    return answer, None


def _sentences(passages: Sequence[Passage]) -> Iterator[Quote]:
    """Each sentence as a quote, still without its link: of a hundred one is quoted at most."""
    for passage in passages:
        for n in range(len(passage.sentences)):
            sentence = Evidence(passage, n, n)
            yield Quote(0, sentence.text, *sentence.span, passage.article, None)


def _added(answer: Answer, conflict: Conflict, other: Quote) -> tuple[Answer, Conflict]:
    """The answer with `other`; in quotes mode beside its opposite, the newer first, and the last quotes give way."""
    if answer.mode is Mode.MODEL:
        numbered = replace(other, n=len(answer.quotes) + 1)
        both = [numbered if quote is other else quote for quote in (conflict.newer, conflict.older)]
        return replace(answer, quotes=(*answer.quotes, numbered)), Conflict(both[0], both[1], conflict.told)
    kept = [quote for quote in answer.quotes if quote not in (conflict.newer, conflict.older)]
    at = next(i for i, quote in enumerate(answer.quotes) if quote in (conflict.newer, conflict.older))
    ordered = [*kept[:at], conflict.newer, conflict.older, *kept[at:]][:MAX_QUOTES]
    if conflict.older not in ordered:
        ordered = [*kept[: MAX_QUOTES - 2], conflict.newer, conflict.older]
    return _in_order(answer, ordered, conflict)


def _newer_first(answer: Answer, conflict: Conflict) -> tuple[Answer, Conflict]:
    """The newer of two quotes that disagree takes the better place."""
    if conflict.newer.n < conflict.older.n:
        return answer, conflict
    swap = {conflict.newer.n: conflict.older, conflict.older.n: conflict.newer}
    return _in_order(answer, [swap.get(quote.n, quote) for quote in answer.quotes], conflict)


def _in_order(answer: Answer, quotes: Sequence[Quote], conflict: Conflict) -> tuple[Answer, Conflict]:
    """An answer in quotes mode made of these quotes, numbered anew."""
    numbered = tuple(replace(quote, n=n) for n, quote in enumerate(quotes, 1))
    newer, older = (numbered[list(quotes).index(quote)] for quote in (conflict.newer, conflict.older))
    return in_quotes(answer, numbered), Conflict(newer, older, conflict.told)
