"""What is compared of items: their words, their names, their titles, their meaning and their day. Pure.

Words and names are rows of idf weights. A row is divided by its length and a constant (`_DAMPING`), so that two
headlines with one rare word in common are not as alike as two reports with twenty: what is short shows little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.digest.segmenting.cutting import ARTICLE_SENTENCES
from bot.digest.segmenting.items import Item
from ingest.text.words import STOP_WORDS, terms

Matrix = npt.NDArray[np.float32]
Weights = Callable[[Iterable[str]], Mapping[str, float]]
"""The idf of terms over the whole corpus, so that the name of the week's biggest story stays a rare word."""

_DAMPING = {"words": 250.0, "names": 100.0, "titles": 100.0, "figures": 0.0}
"""Squared idf that is added to a row's squared length: about as much as eight rare words have, or three."""
_TYPICAL_IDF = 6.0
_HEADLINE_WORDS = 5
"""A shorter title ("Weekly update") does not identify an article."""
_WORD = re.compile(r"[^\W_]+")
_TITLE_CHARS = 80
"""The title of a line: what it names first."""
_TOKEN = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_FIGURE = re.compile(r"(?<![\w.])[$€£]?\d[\d,]*+(?:\.\d++)?%?")
_LONGEST_TOKEN = 60
_VERSION = re.compile(r"([\w-]*[^\W\d_])(\d[\d.]*+)")
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class ItemFeatures:
    """What is compared of n items.

    Attributes:
        words, names, titles, figures: (n, vocabulary) sparse rows whose products are damped cosines.
        said: (n, names) 1.0 for each name that an item says.
        versions: of each item the versions that it names of a product ("grok": {"4.3"}).
        vectors: (n, d) unit rows, zeros for what is not indexed yet.
        days: (n,) when it was published, in days.
        headlines: the letters of each title that tells its article from others; "" for a part of an article.
    """

    words: Any
    names: Any
    titles: Any
    figures: Any
    said: Any
    versions: tuple[Mapping[str, frozenset[str]], ...]
    vectors: Matrix
    days: npt.NDArray[np.float64]
    headlines: tuple[str, ...]
    publishers: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.vectors)


def features_of(items: Sequence[Item], weights: Weights) -> ItemFeatures:
    """The features of items."""
    words = [_terms_of(_text(item)) for item in items]
    titles = [list(dict.fromkeys(_terms_of(_title(item)))) for item in items]
    names = [sorted(item.names) for item in items]
    written = {name: tuple(_terms_of(name)) or (name,) for name in sorted({n for found in names for n in found})}
    idf = _scaled(weights(sorted(set().union(*words, *titles, *written.values()))))
    name_idf = {name: max(idf[term] for term in found) for name, found in written.items()}
    figures = [list(dict.fromkeys(_FIGURE.findall(item.lead_text))) for item in items]
    return ItemFeatures(
        _rows(words, idf, _DAMPING["words"]),
        _rows(names, name_idf, _DAMPING["names"]),
        _rows(titles, idf, _DAMPING["titles"]),
        _rows(figures, dict.fromkeys((f for found in figures for f in found), 1.0), _DAMPING["figures"]),
        _sparse(names, {name: n for n, name in enumerate(name_idf)}),
        tuple(_versions(found) for found in names),
        np.stack([item.vector for item in items]).astype(np.float32),
        np.array([item.effective_at.timestamp() / _DAY_S for item in items]),
        tuple(map(_headline, items)),
        tuple(item.article.source for item in items),
    )


def _scaled(idf: Mapping[str, float]) -> Mapping[str, float]:
    """With a mean of `_TYPICAL_IDF`: in a corpus of ten articles no word is rare, but a shared one tells as much."""
    mean = sum(idf.values()) / max(len(idf), 1)
    return {term: value * _TYPICAL_IDF / mean for term, value in idf.items()} if mean else idf


def unit(vector: Matrix) -> Matrix:
    """The vector at length 1.0; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def sparse(parts: tuple[Any, ...], shape: tuple[int, int]) -> Any:
    """A `scipy.sparse.csr_matrix` of such parts; scipy, which takes 12 MiB, is imported with the first one."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    return csr_matrix(parts, shape=shape, dtype=np.float32)


def _text(item: Item) -> str:
    """What is read of an item: as much as may be quoted of it."""
    end = item.sentences[:ARTICLE_SENTENCES][-1].end
    if item.whole:
        return item.text[item.sentences[0].start : end]
    return " ".join(map(item.sentence, range(len(item.sentences))))


def _title(item: Item) -> str:
    return item.article.title if item.whole else item.lead_text[:_TITLE_CHARS]


def _headline(item: Item) -> str:
    """Its letters alone, because papers differ in their dashes and quotes."""
    words = _WORD.findall(item.article.title.casefold())
    return "".join(words) if item.whole and len(words) >= _HEADLINE_WORDS else ""


def _terms_of(text: str) -> list[str]:
    """Its terms without stop words. Each distinct word is looked at once: a week repeats most of its words."""
    return list(chain.from_iterable(map(_token_terms, _TOKEN.findall(text.lower()))))


def distinct_terms(text: str) -> set[str]:
    """The same, each once, and so faster."""
    return set(chain.from_iterable(map(_token_terms, set(_TOKEN.findall(text.lower())))))


@lru_cache(maxsize=100_000)
def _token_terms(token: str) -> tuple[str, ...]:
    return tuple(t for t in terms(token) if t not in STOP_WORDS) if len(token) <= _LONGEST_TOKEN else ()


def _versions(names: Sequence[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        if (match := _VERSION.fullmatch(name)) is not None:
            found.setdefault(match[1], set()).add(match[2])
    return {product: frozenset(versions) for product, versions in found.items()}


def _rows(documents: Sequence[Sequence[str]], idf: Mapping[str, float], damping: float) -> Any:
    """Sparse rows: (1 + log count) x idf, each divided by the root of its squared length and the damping."""
    rows = _sparse(documents, {term: n for n, term in enumerate(idf)})
    rows.data = (1.0 + np.log(rows.data)) * np.array([*idf.values()], dtype=np.float32)[rows.indices]
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel() + damping)
    rows.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(rows.indptr)).astype(np.float32)
    return rows


def _sparse(documents: Sequence[Sequence[str]], column: Mapping[str, int]) -> Any:
    """Counts of the terms, a row for each document."""
    ends = np.cumsum([0, *map(len, documents)])
    columns = np.fromiter(map(column.__getitem__, chain.from_iterable(documents)), dtype=np.int32, count=ends[-1])
    values = np.ones(ends[-1], dtype=np.float32)
    counts = sparse((values, columns, ends), (len(documents), max(len(column), 1)))
    counts.sum_duplicates()
    return counts
