"""How alike two items are, feature by feature, for the pairs that may report one event. Pure, vectorised.

Cosines mean different things in different weeks: two reports on one fire are as alike as any two posts on one model. So
likeness counts in standard deviations above what the two items have in common with any other item of the digest; how
much that is in general stands in for it where there are few items (`_BACKGROUND`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.digest.clustering.features import ItemFeatures, Matrix

FEATURES = ("words", "meaning_above", "names_above", "title_above", "headline", "figures", "versions", "days")
"""In the order of the columns. `words` and `figures` are damped cosines; what is `above` is in logarithms of standard
deviations above the background; `headline` is 1.0 where two
publishers use the same, `versions` is 1.0 where both name versions of one product and none in common; `days`
are those between the two, as a share of three."""
_NEAREST = 30
"""Items so near by meaning are compared, and those that share a name that at most `_SHARED_BY` say."""
_SHARED_BY = 60
_SAMPLE = 400
_PRIOR = 30.0
"""The general background counts as much as so many items."""
_BACKGROUND = {"meaning": (0.18, 0.11), "names": (0.005, 0.03), "titles": (0.005, 0.03)}
"""Mean and standard deviation of the likeness of any two items, over all sets of bench/fit_stories.py."""
_LEAST_DEVIATION = 0.03
_MOST_DAYS = 3.0
_BLOCK = 512

Indices = npt.NDArray[np.intp]


class Pairs(NamedTuple):
    """Pairs of items, `one[k] < other[k]`, and their (pairs, FEATURES) features."""

    one: Indices
    other: Indices
    features: Matrix


def pairs_of(items: ItemFeatures) -> Pairs:
    """The pairs that may report one event."""
    meaning = items.vectors @ items.vectors.T
    one, other = _candidates(items, meaning)
    features = np.zeros((len(one), len(FEATURES)), dtype=np.float32)
    if len(one):
        words, names, titles = (_products(rows, one, other) for rows in (items.words, items.names, items.titles))
        sample = _sample(len(items))
        columns = (
            words,
            _above(meaning[one, other], _background(meaning[:, sample], sample, "meaning"), one, other),
            _above(names, _background(items.names @ items.names[sample].T, sample, "names"), one, other),
            _above(titles, _background(items.titles @ items.titles[sample].T, sample, "titles"), one, other),
            _under_one_headline(items, one, other),
            _products(items.figures, one, other),
            _contradicting(items, one, other),
            np.minimum(np.abs(items.days[one] - items.days[other]), _MOST_DAYS) / _MOST_DAYS,
        )
        features = np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)
    return Pairs(one, other, features)


def _candidates(items: ItemFeatures, meaning: Matrix) -> tuple[Indices, Indices]:
    """Pairs that are near by meaning, of which all cosines are given, or share a rare name."""
    found = [_by_meaning(meaning), _by_name(items)]
    keys = np.unique(np.concatenate(found))
    return keys // len(items), keys % len(items)


def _by_meaning(meaning: Matrix) -> Indices:
    """Keys (one * n + other) of each item and its nearest."""
    n = len(meaning)
    k = min(_NEAREST, n - 1)
    found = [np.zeros(0, dtype=np.intp)]
    for start in range(0, n if k > 0 else 0, _BLOCK):
        near = meaning[start : start + _BLOCK].copy()
        rows = np.arange(len(near))
        near[rows, rows + start] = -np.inf
        nearest = np.argpartition(near, n - k, axis=1)[:, n - k :].ravel()
        found.append(_keys(np.repeat(rows + start, k), nearest, n))
    return np.concatenate(found)


def _by_name(items: ItemFeatures) -> Indices:
    """Keys of the items that share a name that few say."""
    said = items.said.tocsc()
    found = [np.zeros(0, dtype=np.intp)]
    for column in np.flatnonzero((np.diff(said.indptr) > 1) & (np.diff(said.indptr) <= _SHARED_BY)):
        rows = said.indices[said.indptr[column] : said.indptr[column + 1]].astype(np.intp)
        first, second = np.triu_indices(len(rows), 1)
        found.append(_keys(rows[first], rows[second], len(items)))
    return np.concatenate(found)


def _keys(one: Indices, other: Indices, n: int) -> Indices:
    keys: Indices = np.minimum(one, other) * n + np.maximum(one, other)
    return keys


def _products(rows: Any, one: Indices, other: Indices) -> Matrix:
    """The product of each pair's rows."""
    found = np.zeros(len(one), dtype=np.float32)
    filled = np.diff(rows.indptr) > 0
    both = np.flatnonzero(filled[one] & filled[other])
    for start in range(0, len(both), _BLOCK * 16):
        part = both[start : start + _BLOCK * 16]
        found[part] = np.asarray(rows[one[part]].multiply(rows[other[part]]).sum(axis=1)).ravel()
    return found


def _sample(n: int) -> Indices:
    """Some of n items, evenly spread."""
    return np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(np.intp))


def _background(likeness: Any, sample: Indices, kind: str) -> tuple[Matrix, Matrix]:
    """For each item the mean and the deviation of its likeness to others, of which a sample is given in the columns."""
    likeness = np.array(likeness.todense() if hasattr(likeness, "todense") else likeness, dtype=np.float32)
    likeness[sample, np.arange(len(sample))] = 0.0
    counts = np.full(len(likeness), len(sample), dtype=np.float32)
    counts[sample] -= 1
    mean, deviation = _BACKGROUND[kind]
    total = counts + _PRIOR
    means = (likeness.sum(axis=1) + _PRIOR * mean) / total
    squares = ((likeness**2).sum(axis=1) + _PRIOR * (mean**2 + deviation**2)) / total
    return means, np.sqrt(np.maximum(squares - means**2, _LEAST_DEVIATION**2))


def _above(likeness: Matrix, background: tuple[Matrix, Matrix], one: Indices, other: Indices) -> Matrix:
    """The logarithm of one plus the standard deviations above the background of both."""
    means, deviations = background
    above = (likeness - (means[one] + means[other]) / 2) / np.sqrt(deviations[one] * deviations[other])
    result: Matrix = np.log1p(np.maximum(above, -0.5)).astype(np.float32)
    return result


def _under_one_headline(items: ItemFeatures, one: Indices, other: Indices) -> Matrix:
    """1.0 where two publishers use the same headline; one publisher's columns keep their titles."""
    headlines, publishers = _numbers(items.headlines), _numbers(items.publishers)
    same = (headlines[one] == headlines[other]) & (headlines[one] >= 0) & (publishers[one] != publishers[other])
    result: Matrix = same.astype(np.float32)
    return result


def _numbers(texts: Sequence[str]) -> Indices:
    """Equal texts as equal numbers; -1 for an empty one."""
    number: dict[str, int] = {"": -1}
    return np.array([number.setdefault(text, len(number)) for text in texts], dtype=np.intp)


def _contradicting(items: ItemFeatures, one: Indices, other: Indices) -> Matrix:
    """1.0 where both name versions of one product and none in common."""
    found = np.zeros(len(one), dtype=np.float32)
    versioned = np.array([bool(versions) for versions in items.versions])
    for n in np.flatnonzero(versioned[one] & versioned[other]):
        ours, theirs = items.versions[one[n]], items.versions[other[n]]
        if any(product in theirs and versions.isdisjoint(theirs[product]) for product, versions in ours.items()):
            found[n] = 1.0
    return found
