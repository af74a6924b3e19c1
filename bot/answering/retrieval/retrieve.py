"""From an understood question to the passages that may answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from bot.answering.models import Window
from bot.answering.retrieval.ignorable_terms import is_filler, is_no_name
from bot.answering.retrieval.spelling import corrections
from bot.answering.understanding.understand import Understood
from bot.lexicon.forms import Forms, all_forms, forms_of
from bot.lexicon.name_spelling import is_common
from bot.lexicon.synonyms import all_synonyms, with_synonyms
from ingest.models import Passage, View
from ingest.search.fusion import Query
from ingest.search.search import Search, Words
from ingest.text.words import STOP_WORDS, content_terms, terms

Vector = npt.NDArray[np.float32]
PASSAGES = 10
_WORD = re.compile(r"[^\W\d_]+")

NEWEST = 0.4
"""Where the newest is asked for: what an article of this moment is ahead of a very old one, of a fused score of 1."""
HALF_LIFE = timedelta(days=10)
"""After this time half of that is left."""
REPORTED_LATER = timedelta(days=1)
"""A daily recap reports the day before, so an article published this long after a window nearly belongs to it."""
OUTSIDE = 0.2
"""What an article from outside a window is behind one from within it."""
NOT_NEWS = 0.5
"""The same where the window counts from the clock: "this week" means the news."""
LATE = 0.05
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
        forms: what says the same as a term.
        deed: (d,) unit vector of what is asked, names left out; None where it has no names, or nothing else.
    """

    understood: Understood
    vector: npt.NDArray[np.float32]
    weights: Mapping[str, float]
    names: frozenset[str]
    passages: tuple[Passage, ...]
    length: float
    forms: Forms = field(default_factory=dict)
    deed: Vector | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """The terms of a question as the corpus knows them.

    Attributes:
        spelt: each term of the search text, with its likely right spelling where no chunk holds it.
        idle: the number of terms that were left out, because nobody misses them.
        right: words, lower case and as written, with their likely right spelling.
    """

    spelt: Mapping[str, str]
    forms: Forms
    words: Words
    idle: int
    right: Mapping[str, str] = field(default_factory=dict)

    def respelt(self, text: str) -> str:
        """The text with the likely right spelling of its words."""
        return _WORD.sub(lambda word: self.right.get(word[0].lower(), word[0]), text) if self.right else text

    def weight(self, term: str) -> float:
        """The rarity of a term; a term that does not occur is as rare as its most frequent form."""
        if term in self.words.counts:
            return self.words.idf(term)
        return min((max(map(self.words.idf, form)) for form in self.forms.get(term, ())), default=self.words.rarest)


def retrieve(
    search: Search,
    understood: Understood,
    *,
    clock: datetime,
    scopes: tuple[str, ...],
    k: int = PASSAGES,
    within: Set[str] = frozenset(),
) -> Retrieved:
    """Search as the asker sees the corpus: up to the clock, of the scopes, the question's window preferred.

    Args:
        within: ids of articles, and no others are searched; empty: all.
    """
    said = _said(search, understood)
    text = said.respelt(understood.search_text)
    vector = search.encode(text)
    names = frozenset(said.spelt.get(term, term) for name in understood.entities for term in content_terms(name))
    every = dict.fromkeys(said.spelt.values())
    weights = {term: said.weight(term) for term in every}
    others = {term: said.words.idf(term) for term in {*all_synonyms(every), *all_forms(said.forms)}}
    query = Query(
        text,
        vector,
        with_synonyms(weights, others, said.forms),
        said.words.telling([*every, *(term for term in all_forms(said.forms) if term in said.words.counts)]),
        said.words.totals.mean_terms,
        prior(understood, clock),
    )
    passages = search.passages(query, replace(view(understood.only, clock, scopes), within=frozenset(within)), k)
    rarest = said.words.rarest
    in_words = {term: weight / rarest for term, weight in weights.items()}
    length = sum(in_words.values()) + said.idle
    deed = _deed(search, understood, text)
    return Retrieved(understood, vector, in_words, names.intersection(every), tuple(passages), length, said.forms, deed)


def _deed(search: Search, understood: Understood, text: str) -> Vector | None:
    """What is asked of the names, as a vector of its own."""
    rest = text
    for name in sorted(understood.entities, key=len, reverse=True):
        rest = rest.replace(name, " ")
    return search.encode(" ".join(rest.split())) if rest != text and content_terms(rest) else None


def _said(search: Search, understood: Understood) -> _Said:
    """The search text in the corpus's own spelling, without what is not missed.

    A term that no chunk holds would find nothing, so nothing is lost by the other one in its place.
    """
    said = content_terms(understood.search_text)
    forms = forms_of(said)
    words = search.words([*said, *all_synonyms(said), *all_forms(forms)])
    known = {term for term, others in forms.items() if any(form <= words.counts.keys() for form in others)}
    unknown = [term for term in said if term not in words.counts and term not in known]
    idle = {term for term in unknown if is_filler(term, understood)}
    left_out = idle.union(term for term in unknown if is_no_name(term, understood))
    wrong = [term for term in unknown if term not in left_out]
    written = {word: term for word, term in _written(understood.search_text, wrong).items() if not is_common(word)}
    better = corrections(written, lambda edits: search.words(edits).counts) if written else {}
    right = {term: terms(better[word])[0] for word, term in written.items() if word in better}
    left_out.update(term for term, other in right.items() if other in STOP_WORDS)
    said = [term for term in said if term not in left_out]
    if right:
        forms = forms_of([right.get(term, term) for term in said])
        words = search.words([*said, *right.values(), *all_synonyms([*said, *right.values()]), *all_forms(forms)])
    return _Said({term: right.get(term, term) for term in said}, forms, words, len(idle), better)


def _written(text: str, wanted: Sequence[str]) -> dict[str, str]:
    """The words of a text, lower case, that gave some terms, each with its term."""
    found = ((word, content_terms(word)[:1]) for word in _WORD.findall(text.lower()))
    return {word: term[0] for word, term in found if term and term[0] in wanted}


def view(only: Window | None, clock: datetime, scopes: tuple[str, ...]) -> View:
    """What may be found: a window that was set beside the question is a wall, but for the recaps of the day after."""
    if only is None:
        return View(clock, scopes)
    return View(clock, scopes, only.since, only.until + REPORTED_LATER if only.until else None)


def prior(understood: Understood, clock: datetime) -> Callable[[datetime], float]:
    """What an article's date adds to its passages' score: newness where it is asked for, and its place at a window."""
    window, outside = understood.window, NOT_NEWS if understood.by_clock else OUTSIDE

    def of(effective_at: datetime) -> float:
        age = max(clock - effective_at, timedelta())
        newness = NEWEST * 0.5 ** (age / HALF_LIFE) if understood.wants_newest else 0.0
        return newness - (_outside(window, effective_at, outside) if window else 0.0)

    return of


def _outside(window: Window, effective_at: datetime, outside: float) -> float:
    """What an article loses that is not of the window: the time in a question may be the event's and not the news'."""
    if window.since is not None and effective_at < window.since:
        return outside
    if window.until is None or effective_at < window.until:
        return 0.0
    return LATE if effective_at < window.until + REPORTED_LATER else outside
