"""From an understood question to the passages that may answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from bot.answering.missing import is_chance, is_idle
from bot.answering.models import Window
from bot.answering.spelling import corrections
from bot.answering.synonyms import all_synonyms, with_synonyms
from bot.answering.understand import Understood
from ingest.models import Passage, View
from ingest.search.fusion import Query
from ingest.search.search import Search, Words
from ingest.text.words import content_terms

PASSAGES = 10

NEWEST = 0.4
"""Where the newest is asked for: what an article of this moment is ahead of a very old one, of a fused score of 1."""
HALF_LIFE = timedelta(days=10)
"""After this time half of that is left."""
REPORTED_LATER = timedelta(days=1)
"""A daily recap tells of the day before, so a window ends this much later for the search."""
LATE = 0.15
"""What an article from that extra time is behind one from within the window."""


@dataclass(frozen=True, slots=True, eq=False)
class Retrieved:
    """What a search brought.

    Attributes:
        understood: the question it was made for.
        vector: (d,) the search text's unit vector.
        weights: the terms of the search text with what each counts; 1.0 is a word that no chunk holds. Without those
            that are not missed where no chunk holds them.
        names: those of them that belong to a name.
        passages: best first.
        length: how much the question says: the weights of all its terms, of those that are not missed too.
    """

    understood: Understood
    vector: npt.NDArray[np.float32]
    weights: Mapping[str, float]
    names: frozenset[str]
    passages: tuple[Passage, ...]
    length: float


def retrieve(
    search: Search, understood: Understood, *, clock: datetime, scopes: tuple[str, ...], k: int = PASSAGES
) -> Retrieved:
    """Search as the asker sees the corpus: up to the clock, inside the question's window, of the scopes."""
    vector = search.encode(understood.search_text)
    spelt, words, idle = _spelt(search, understood)
    names = frozenset(spelt.get(term, term) for name in understood.entities for term in content_terms(name))
    said = dict.fromkeys(spelt.values())
    weights = {term: words.idf(term) for term in said}
    query = Query(
        understood.search_text,
        vector,
        with_synonyms(weights, {term: words.idf(term) for term in all_synonyms(said)}),
        words.telling(said),
        words.totals.mean_terms,
        prior(understood, clock),
    )
    passages = search.passages(query, view(understood.window, clock, scopes), k)
    in_words = {term: weight / words.rarest for term, weight in weights.items()}
    length = sum(in_words.values()) + idle
    return Retrieved(understood, vector, in_words, names.intersection(said), tuple(passages), length)


def _spelt(search: Search, understood: Understood) -> tuple[dict[str, str], Words, int]:
    """Each term of the search text with itself, or with its likely right spelling where no chunk holds it.

    The third is the number of idle terms, which are left out.

    A term that no chunk holds would find nothing, so nothing is lost by the other one in its place.
    """
    said = content_terms(understood.search_text)
    words = search.words([*said, *all_synonyms(said)])
    unknown = [term for term in said if term not in words.counts]
    idle = {term for term in unknown if is_idle(term, understood)}
    left_out = idle.union(term for term in unknown if is_chance(term, understood))
    said = [term for term in said if term not in left_out]
    right = corrections([term for term in said if term not in words.counts], lambda terms: search.words(terms).counts)
    if right:
        words = search.words([*said, *right.values(), *all_synonyms([*said, *right.values()])])
    return {term: right.get(term, term) for term in said}, words, len(idle)


def view(window: Window | None, clock: datetime, scopes: tuple[str, ...]) -> View:
    """What may be found: a window is a wall but for the recaps that come a day later."""
    if window is None:
        return View(clock, scopes)
    return View(clock, scopes, window.since, window.until + REPORTED_LATER if window.until else None)


def prior(understood: Understood, clock: datetime) -> Callable[[datetime], float]:
    """What an article's date adds to its passages' score: newness where it is asked for, and its place at a window."""
    until = understood.window.until if understood.window else None

    def of(effective_at: datetime) -> float:
        age = max(clock - effective_at, timedelta())
        newness = NEWEST * 0.5 ** (age / HALF_LIFE) if understood.wants_newest else 0.0
        return newness - (LATE if until is not None and effective_at >= until else 0.0)

    return of
