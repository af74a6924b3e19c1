"""Features by which items are compared: meaning, words and names, in the context of the lines around them. Pure.

A line of a special report ("Luna: $1 input / $6 output") rarely says what the report is about, but its neighbours do:
a name that half of the lines around a short one say is one of its names too, and their meaning is part of its meaning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.digest.segmenting.items import Item
from bot.digest.segmenting.names import names_of
from ingest.text.words import STOP_WORDS, terms

Matrix = npt.NDArray[np.float32]
Weights = Callable[[Iterable[str]], Mapping[str, float]]
"""The idf of terms over the whole corpus, so that the name of the week's biggest story stays a rare word."""

_LINES, _CHARS = 4, 1500
"""The context of a line: at most this many lines before and after it, and no further away than this in the text."""
_SAID_BY = 0.5
"""Share of them that must say a name."""
_SHORT_WORDS = 25
_SUBJECT_CHARS = 80
"""A benchmark's line ("Fable led, Opus was next, and GLM-5.2 third") is about what it names first."""
_TITLE_WORDS = 5
"""A shorter title ("Weekly update") does not identify an article."""
_WORD = re.compile(r"[^\W_]+")
_CONTEXT = 0.5
"""Weight of the context's meaning beside a line's own."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemFeatures:
    """What is compared of n items.

    Attributes:
        words: the terms of each lead.
        names: the proper names of each, those of its context included.
        subjects: those at the place where a line says what it is about, or in its context.
        titles: the letters of each title that tells its article from others; "" for a part of an article.
        vectors: (n, d) unit rows, zeros for what is not indexed yet.
        whole: (n,) 1.0 for an article with one subject, 0.0 for a part of an article.
        around: for each the lines around it, in the same article.
        idf: of all words.
        name_idf: of all names.
    """

    words: tuple[tuple[str, ...], ...]
    names: tuple[frozenset[str], ...]
    subjects: tuple[frozenset[str], ...]
    titles: tuple[str, ...]
    publishers: tuple[str, ...]
    vectors: Matrix
    whole: Matrix
    around: tuple[tuple[int, ...], ...]
    idf: Mapping[str, float]
    name_idf: Mapping[str, float]


def features_of(items: Sequence[Item], weights: Weights) -> ItemFeatures:
    """The features of items, which are grouped by article in the order of its text."""
    words = tuple(tuple(t for t in dict.fromkeys(terms(item.lead_text)) if t not in STOP_WORDS) for item in items)
    names = [item.names for item in items]
    subjects = [names_of(item.lead_text[:_SUBJECT_CHARS]) for item in items]
    vectors = np.stack([item.vector for item in items])
    seen = vectors.copy()
    around = _around(items)
    for n, item in enumerate(items):
        speakers = _speakers(items, around[n]) if len(item.lead_text.split()) < _SHORT_WORDS else {}
        if speakers:
            names[n] |= speakers.keys()
            subjects[n] |= speakers.keys()
            lines = sorted({m for said_by in speakers.values() for m in said_by})
            seen[n] = unit(vectors[n] + _CONTEXT * unit(vectors[lines].mean(axis=0)))
    whole = np.array([float(item.whole) for item in items], dtype=np.float32)
    written = {name: terms(name) or [name] for name in sorted(frozenset().union(*names))}
    idf = dict(weights(dict.fromkeys(term for found in (*words, *written.values()) for term in found)))
    name_idf = {name: max(idf[term] for term in found) for name, found in written.items()}
    return ItemFeatures(
        words, tuple(names), tuple(subjects), tuple(map(_title, items)), tuple(item.article.source for item in items),
        seen, whole, around, idf, name_idf,
    )  # fmt: skip


def _title(item: Item) -> str:
    """Its letters alone, because papers differ in their dashes and quotes."""
    words = _WORD.findall(item.article.title.casefold())
    return "".join(words) if item.whole and len(words) >= _TITLE_WORDS else ""


def unit(vector: Matrix) -> Matrix:
    """The vector at length 1.0; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def _around(items: Sequence[Item]) -> tuple[tuple[int, ...], ...]:
    found = []
    for n, item in enumerate(items):
        window = range(max(0, n - _LINES), min(len(items), n + _LINES + 1))
        found.append(tuple(m for m in window if m != n and _is_near(items[m], item)))
    return tuple(found)


def _is_near(one: Item, other: Item) -> bool:
    same = one.article.id == other.article.id
    return same and abs(one.sentences[0].start - other.sentences[0].start) <= _CHARS


def _speakers(items: Sequence[Item], around: Sequence[int]) -> dict[str, list[int]]:
    """The names that the lines around say, each with the lines that say it."""
    found: dict[str, list[int]] = defaultdict(list)
    for m in around:
        for name in items[m].names:
            found[name].append(m)
    return {name: lines for name, lines in sorted(found.items()) if len(lines) >= max(2, _SAID_BY * len(around))}
