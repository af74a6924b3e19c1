"""What code adds to an answer: where its sources differ, what has no source, how old the evidence is. Pure.

answer | show both sides of a disagreement | say what is unsourced | mark what is old
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.answering import sentences as say
from bot.answering.conflicts import Disagreement, disagreement
from bot.answering.gaps import unsourced
from bot.answering.models import Answer, Mode, Quote, Statement
from bot.answering.quotes import MAX_QUOTES, Evidence, make_quote
from ingest.corpus.models import Passage


class Conflict(NamedTuple):
    """Two quotes that tell different figures of the same thing."""

    newer: Quote
    older: Quote
    told: Disagreement


def remarked(answer: Answer, passages: Sequence[Passage], names: Sequence[str], old_after: timedelta) -> Answer:
    """The answer with its remarks; one without quotes is left as it is.

    Args:
        passages: what was retrieved: the other side of a disagreement is looked for here.
        names: what the question names.
        old_after: age from which evidence is marked; a question about a stretch of time wants it old.
    """
    if not answer.quotes:
        return answer
    conflict = _among(answer.quotes)
    if conflict is None:
        answer, conflict = _with_other_side(answer, passages)
    elif answer.mode is Mode.QUOTES:
        answer, conflict = _newer_first(answer, conflict)
    old = () if answer.window else _older_than(old_after, answer)
    notes = [answer.note] if answer.note else []
    if conflict:
        notes.append(_told(conflict))
    notes += [say.unsourced(missing) for missing in (_missing(answer, names),) if missing]
    notes += [say.old_evidence(old, len(answer.quotes), old_after.days)] if old else []
    return replace(answer, note=" ".join(notes) or None, old=old)


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
    """Quote also the sentence that tells another figure than a quote does, where there is room or room can be made."""
    if answer.mode is Mode.MODEL and len(answer.quotes) >= MAX_QUOTES:
        return answer, None
    for quote in answer.quotes:
        for other in _sentences(passages):
            conflict = _conflict(quote, other)
            if conflict:
                return _added(answer, conflict, other)
    return answer, None


def _sentences(passages: Sequence[Passage]) -> Iterator[Quote]:
    for passage in passages:
        for n in range(len(passage.sentences)):
            yield make_quote(0, Evidence(passage, n, n))


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


def in_quotes(answer: Answer, quotes: tuple[Quote, ...]) -> Answer:
    """The answer with each quote as its own statement."""
    statements = tuple(Statement(quote.text, (quote.n,)) for quote in quotes)
    return replace(
        answer,
        mode=Mode.QUOTES,
        statements=statements,
        quotes=quotes,
        text="\n\n".join(f"{quote.text} [{quote.n}]" for quote in quotes),
    )


def _told(conflict: Conflict) -> str:
    newer, older = conflict.newer, conflict.older
    return say.sources_differ(
        (newer.n, newer.article.published_at, conflict.told.first),
        (older.n, older.article.published_at, conflict.told.second),
    )


def _missing(answer: Answer, names: Sequence[str]) -> tuple[str, ...]:
    cards = (f"{quote.article.title}. {quote.article.source}." for quote in answer.quotes)
    return unsourced(names, [*(quote.text for quote in answer.quotes), *cards])


def _older_than(limit: timedelta, answer: Answer) -> tuple[int, ...]:
    asked_at = answer.question.asked_at
    return tuple(q.n for q in answer.quotes if q.article.published_at and asked_at - q.article.published_at > limit)
