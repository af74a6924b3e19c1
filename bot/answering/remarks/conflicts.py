"""Figures on which two texts disagree. By rules, without a model. Pure.

Two sentences disagree if both give a figure in the same unit but with another value, after the same names and next to
the same word: "Anthropic raised $65B" and "Anthropic has raised $60B". Prefers silence to a false alarm: a different
subject, version, aspect ("input", "output") or bound ("up to") is not a disagreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.lexicon.dates import find_dates
from bot.lexicon.figures import Figure, find_figures, supporting_figures
from bot.lexicon.names import find_names
from ingest.text.words import content_terms

# Less than this share apart, two figures are one, rounded differently.
ROUNDING = Decimal("0.05")
SAME_NAMES = 0.5
SAME_WORDS = 0.5
_WINDOW = 3
_REMEMBERED = 4096
"""Quotes whose figures are remembered: each is compared with many, and the same articles are quoted again and again."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“'(]?[A-Z])|\n+|(?<=[;:])\s+")
_CLAUSE_END = re.compile(r"[.,;:()—–]")
_BOUND = re.compile(
    r"(?:\b(?:up to|as (?:much|many|high|low|few) as|at (?:most|least)|(?:more|less|fewer|larger|smaller) than|over|"
    r"under|above|below|only|from|another|additional|extra|first|within|every|per)|/)[\s~$€£\\]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the first text says and what the second says of the same, as they spell it."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class _Claim:
    """A figure with what it is said of: the names before it, the versions in its sentence, the words around it."""

    figure: Figure
    names: frozenset[str]
    versions: frozenset[str]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset((*self.before, *self.after)) - self.names

    def same_place(self, other: _Claim) -> bool:
        if self.after and other.after:
            return self.after[0] == other.after[0]
        if self.after or other.after or not self.figure.unit:
            return False
        return bool(self.before and other.before) and self.before[-1] == other.before[-1]

    def same_thing(self, other: _Claim) -> bool:
        return (
            self.figure.unit == other.figure.unit
            and self.versions == other.versions
            and _alike(self.names, other.names) > SAME_NAMES
            and self.same_place(other)
            and _alike(self.words, other.words) >= SAME_WORDS
        )


def other_only_figure(first: str, second: str) -> bool:
    """Whether two texts that tell the same deed give one figure in a unit each, without a bound, and not the same."""
    one, other = ([c for c in _figures(_without_dates(text)) if c.unit] for text in (first, second))
    units = {figure.unit for figure in one}
    alike = [figure for figure in other if figure.unit in units]
    return len(one) == len(alike) == 1 and _apart(one[0].value, alike[0].value)


def disagreement(first: str, second: str) -> Disagreement | None:
    """The first figure on which two texts disagree; None if they agree or that is unclear."""
    claims, others = _claims(first), _claims(second)
    if not (claims and others):
        return None
    known_first, known_second = _known(first), _known(second)
    for claim in claims:
        if any(claim.figure.supported_by(known) for known in known_second):
            continue
        for other in others:
            told = any(other.figure.supported_by(known) for known in known_first)
            if not told and _apart(claim.figure.value, other.figure.value) and claim.same_thing(other):
                return Disagreement(claim.figure.text, other.figure.text)
    return None


@lru_cache(_REMEMBERED)
def _known(text: str) -> tuple[Figure, ...]:
    return tuple(supporting_figures(text))


@lru_cache(_REMEMBERED)
def _claims(text: str) -> tuple[_Claim, ...]:
    return tuple(_found_claims(text))


def _found_claims(text: str) -> Iterator[_Claim]:
    for sentence in _SENTENCE.split(_without_dates(text)):
        figures = _figures(sentence)
        if not figures:
            continue
        versions = frozenset(name.key for name in find_names(sentence) if name.exact)
        for n, figure in enumerate(figures):
            end = figures[n + 1].start if n + 1 < len(figures) else len(sentence)
            start = figures[n - 1].end if n else 0
            names = frozenset(name.key for name in find_names(sentence[: figure.start]))
            before = _words(sentence[start : figure.start])[-_WINDOW:]
            after = _words(_CLAUSE_END.split(sentence[figure.end : end])[0])[:_WINDOW]
            yield _Claim(figure, names, versions, before, after)


def _figures(text: str) -> list[Figure]:
    """The figures of a text that are neither ordinals nor bounds."""
    return [f for f in find_figures(text) if f.unit != "nth" and not _BOUND.search(text, 0, f.start)]


def _without_dates(text: str) -> str:
    """Dates say when, not what; blanks keep their places."""
    for date in find_dates(text):
        text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
    return text


def _words(text: str) -> tuple[str, ...]:
    """The words that say what a figure is of."""
    return tuple(word for word in content_terms(text) if not word[0].isdigit() and word != "per")


def _apart(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) > ROUNDING * max(abs(a), abs(b))


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard's similarity; 0.0 where both are empty, because then nothing says that they speak of one thing."""
    return len(a & b) / len(a | b) if a | b else 0.0
