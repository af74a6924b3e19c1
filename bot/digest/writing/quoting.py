"""The sentences that report an event best, one per article, as quotes copied from the articles. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.answering.checking.verify import ProblemKind, Support, verify
from bot.answering.models import Quote, Window
from bot.answering.quotes import MAX_QUOTE_CHARS, Evidence, make_quote
from bot.digest.clustering.events import Event
from bot.digest.segmenting.items import Item
from bot.digest.segmenting.names import names_of
from bot.digest.segmenting.news_score import UNTOLD
from bot.digest.segmenting.newsworthy import points_back
from bot.digest.writing.corrections import is_old
from bot.digest.writing.headline import Headline

QUOTES = 3
"""Quotes that a story shows."""
_SAME = 0.92
"""Above this cosine two sentences say the same."""
_FEW_CHARS = 50
_SHORT_QUOTE = 160
"""A quote of this many characters takes some three lines of a phone; one of twice as many is too long for a digest."""
_ABOUT = 0.35
"""Cosine to the event's centre below which a sentence is not quoted for it."""
_CLEARLY = 0.60
"""Cosine above which it need not have any of the event's `_NAMES` most frequent names."""
_NAMES = 4
_ITEMS = 60
_HEADS = 0.1
"""Bonus of the sentence that the headline was taken from."""
_NAMED, _OPENS, _LEADS, _LONG, _SHORT, _ASKS, _NEWS, _HEARSAY, _OLD, _ASIDE = (
    0.15, 0.10, 0.05, 0.15, 0.30, 0.30, 0.20, 0.25, 1.50, 0.20,
)  # fmt: skip
_UNTOLD = (ProblemKind.NUMBER, ProblemKind.DATE, ProblemKind.NAME)
_ABOUT_OTHERS = re.compile(
    r"\b(?:commenters?|comments|the (?:image|post|thread|poster)|redditors?|users? (?:argued|asked)|posters?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class _Sentence:
    item: Item
    n: int
    score: float

    @property
    def vector(self) -> npt.NDArray[np.float32]:
        vector: npt.NDArray[np.float32] = self.item.vectors[self.n]
        return vector


def best_quotes(
    event: Event,
    first_number: int,
    known: npt.NDArray[np.float32] | None = None,
    headline: str = "",
    window: Window | None = None,
) -> tuple[Quote, ...]:
    """Up to `QUOTES` quotes, the best first, numbered from `first_number`, each from another article.

    Args:
        known: (n, d) vectors of sentences that earlier digests could have quoted; new ones are preferred.
        headline: the headline above them; a sentence that says no more is quoted with the next one.
        window: what a sentence itself dates before it is not quoted, if there is anything else.
    """
    told = _sentences(event, known, headline)
    told = [s for s in told if not is_old(s.item, s.n, window)] or told
    ordered = sorted(told, key=lambda s: (-round(s.score, 4), s.item.id, s.n))
    chosen: list[_Sentence] = []
    for sentence in ordered:
        if len(chosen) < QUOTES and _adds(sentence, chosen):
            chosen.append(sentence)
    pieces = (_piece(sentence.item, sentence.n, headline) for sentence in chosen)
    return tuple(make_quote(n, piece) for n, piece in enumerate(pieces, first_number))


def correcting(quotes: tuple[Quote, ...], told: tuple[Item, int], first: int) -> tuple[Quote, ...]:
    """The quotes behind that of the sentence that corrects, with the one before it where it points back."""
    item, n = told
    alone = Evidence(item.passage(), n, n)
    both = Evidence(alone.passage, n - 1, n) if n else alone
    piece = both if n and "\n" not in both.text and both.quotable else alone
    others = [quote for quote in quotes if quote.article.id != item.article.id][: QUOTES - 1]
    return tuple(replace(quote, n=k) for k, quote in enumerate((make_quote(first, piece), *others), first))


def with_support(quotes: tuple[Quote, ...], head: Headline) -> tuple[Quote, ...]:
    """The quotes, preceded by the headline's own sentence if the first does not support the headline.

    A digest may be shown with one quote per story, so the first must have the headline's numbers and names.
    """
    if quotes and holds(quotes[0], head.text):
        return quotes
    own = _support(head)
    others = [quote for quote in quotes if quote.article.id != own.article.id][: QUOTES - 1]
    first = quotes[0].n if quotes else 1
    return tuple(replace(quote, n=n) for n, quote in enumerate((own, *others), first))


def _support(head: Headline) -> Quote:
    """The headline's own sentence, with the one beside it that has its name where it lacks it."""
    n, passage = head.n or 0, head.item.passage()
    beside = [Evidence(passage, max(n - 1, 0), n), Evidence(passage, n, min(n + 1, len(head.item.sentences) - 1))]
    runs = [_piece(head.item, n, head.text), *(run for run in beside if "\n" not in run.text and run.quotable)]
    quotes = [make_quote(1, run) for run in runs]
    return next((quote for quote in quotes if holds(quote, head.text)), quotes[0])


def _piece(item: Item, n: int, headline: str) -> Evidence:
    """A sentence, with the next one if it says no more than the headline and both are short enough."""
    alone = Evidence(item.passage(), n, n)
    if n + 1 == len(item.sentences) or _letters(item.sentence(n)) != _letters(headline):
        return alone
    both = Evidence(alone.passage, n, n + 1)
    return both if "\n" not in both.text and both.quotable else alone


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def holds(quote: Quote, headline: str) -> bool:
    """Whether the numbers, dates and names of a headline are in a quote, or in the title of its article."""
    problems = verify(headline, Support((quote.text,), (quote.article,)))
    return not any(problem.kind in _UNTOLD for problem in problems)


def _adds(sentence: _Sentence, chosen: Sequence[_Sentence]) -> bool:
    """Whether it comes from another article, can be read alone and says something that the chosen ones do not."""
    return not (chosen and points_back(sentence.item.sentence(sentence.n))) and all(
        sentence.item.article.id != other.item.article.id and float(sentence.vector @ other.vector) < _SAME
        for other in chosen
    )


def _sentences(event: Event, known: npt.NDArray[np.float32] | None, headline: str) -> list[_Sentence]:
    found = []
    above = _letters(headline)
    telling = set(list(event.names)[:_NAMES])
    for item in event.items[:_ITEMS]:
        meaning = _meaning(item, event)
        old = (item.vectors @ known.T).max(axis=1) if known is not None and len(known) else np.zeros(len(meaning))
        for n in range(len(item.sentences)):
            named = not telling.isdisjoint(names_of(item.sentence(n)))
            if meaning[n] < _ABOUT or item.sentence(n).rstrip().endswith(":") or not (named or meaning[n] >= _CLEARLY):
                continue
            heads = bool(above) and above in _letters(item.sentence(n))
            score = float(meaning[n]) + _NAMED * named + _HEADS * heads + _form(item, n, heads=heads)
            score -= _OLD * max(float(old[n]) - 0.6, 0.0)
            found.append(_Sentence(item, n, score))
    return found


def _meaning(item: Item, event: Event) -> npt.NDArray[np.float32]:
    """(sentences,) cosines to the event's centre; sentences that are not indexed yet need only a name."""
    indexed = np.abs(item.vectors).sum(axis=1) > 0
    return np.where(indexed, item.vectors @ event.vector, np.float32(_ABOUT))


def _form(item: Item, n: int, *, heads: bool) -> float:
    """How suitable a sentence looks as a quote; one that says no more than the headline will be made longer."""
    text = item.sentence(n)
    return (
        _OPENS * (n == 0)
        + _LEADS * (n < item.lead)
        - _LONG * (len(text) > MAX_QUOTE_CHARS)
        - _LONG * min(max(len(text) - _SHORT_QUOTE, 0) / _SHORT_QUOTE, 1.0)
        - _SHORT * (len(text) < _FEW_CHARS and not heads)
        - _ASKS * (text.rstrip().endswith(("?", "!")) and not heads)
        + _NEWS * (float(item.news[n]) - UNTOLD)
        - _ASIDE * (text[:1].islower() or points_back(text))
        - _HEARSAY * (_ABOUT_OTHERS.search(text) is not None)
    )
