"""How alike items are, and how alike groups of items are: a number for each pair. Pure, vectorised.

The likeness of two items is a weighted mean of three cosines: of their meaning, of their idf-weighted words and of
their idf-weighted names; if an item is not indexed yet, of words and names alone. Articles are longer than lines of a
recap and therefore more alike, so what two of them need is put higher. The weights are measured (bench/stories.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from bot.digest.clustering.features import ItemFeatures, Matrix, unit

MEANING, WORDS, NAMES = 0.5, 0.35, 0.15
_WHOLE_ITEMS, _WHOLE_GROUPS = 0.7, 0.75
"""Factors on the likeness of two articles, and of two groups of articles, with one subject each."""
_TWO_ARTICLES = 0.5
"""Most that two single articles can be alike as groups: one name in common ("AlphaFold") makes profiles the same, and
whether such articles report one event was already decided by all their words."""
_ONE_NAME = 0.8
"""Factor on the likeness of names where one of two groups says a single name, which makes them the same or nothing."""
_SAME_TITLE = 0.8
"""Least likeness of two articles under one headline, however different what they add to it."""


def likeness(signs: ItemFeatures) -> Matrix:
    """(n, n) likeness of the items, at most 1.0."""
    result: Matrix = signs.vectors @ signs.vectors.T
    result *= MEANING
    for weight, cosines in (
        (WORDS, word_cosines(signs.words, signs.idf)),
        (NAMES, word_cosines([sorted(found) for found in signs.names], signs.name_idf)),
    ):
        cosines *= weight
        result += cosines
    known = np.abs(signs.vectors).sum(axis=1) > 0
    if not known.all():
        result /= MEANING * np.outer(known, known) + WORDS + NAMES
    whole = signs.whole.astype(bool)
    result[np.ix_(whole, whole)] *= _WHOLE_ITEMS
    for one, other in _under_one_title(signs):
        result[one, other] = result[other, one] = max(float(result[one, other]), _SAME_TITLE)
    return result


def likeness_of_groups(signs: ItemFeatures, groups: Sequence[Sequence[int]]) -> Matrix:
    """(g, g) mean of two cosines: of the groups' centres, and of their names, weighted by idf and by how often said."""
    profiles = _profiles(signs, groups)
    names = np.asarray((profiles @ profiles.T).todense(), dtype=np.float32)
    sure = np.where(profiles.getnnz(axis=1) == 1, np.float32(_ONE_NAME), np.float32(1.0))
    names *= np.minimum.outer(sure, sure)
    alike = 0.5 * nearness_of_groups(signs, groups) + 0.5 * names * _for_articles(signs, groups)
    alone = [len(group) == 1 and bool(signs.whole[group[0]]) for group in groups]
    result: Matrix = np.minimum(alike, np.where(np.outer(alone, alone), _TWO_ARTICLES, 1.0))
    return result


def nearness_of_groups(signs: ItemFeatures, groups: Sequence[Sequence[int]]) -> Matrix:
    """(g, g) cosine of the groups' centres."""
    centres = np.stack([unit(signs.vectors[list(group)].mean(axis=0)) for group in groups])
    result: Matrix = (centres @ centres.T) * _for_articles(signs, groups)
    return result


def _for_articles(signs: ItemFeatures, groups: Sequence[Sequence[int]]) -> Matrix:
    """(g, g) factors: below 1.0 where both groups are made of whole articles."""
    whole = np.array([signs.whole[list(group)].mean() for group in groups], dtype=np.float32)
    result: Matrix = 1.0 - (1.0 - _WHOLE_GROUPS) * np.outer(whole, whole)
    return result


def word_cosines(documents: Sequence[Sequence[str]], idf: Mapping[str, float]) -> Matrix:
    """(n, n) cosines of sets of terms weighted by idf; 0.0 for what has none."""
    rows = _unit_rows([{term: idf[term] for term in document} for document in documents], idf)
    return np.asarray((rows @ rows.T).todense(), dtype=np.float32)


def _under_one_title(signs: ItemFeatures) -> Iterator[tuple[int, int]]:
    """The pairs of items with the same title; not those of one publisher, whose columns keep their titles."""
    under: dict[str, list[int]] = defaultdict(list)
    for n, title in enumerate(signs.titles):
        if title:
            under[title].append(n)
    for together in under.values():
        yield from ((n, m) for n, m in combinations(together, 2) if signs.publishers[n] != signs.publishers[m])


def _profiles(signs: ItemFeatures, groups: Sequence[Sequence[int]]) -> csr_matrix:
    counts = [Counter(name for n in group for name in signs.names[n]) for group in groups]
    return _unit_rows(
        [{name: count * signs.name_idf[name] for name, count in said.items()} for said in counts], signs.name_idf
    )


def _unit_rows(documents: Sequence[Mapping[str, float]], vocabulary: Mapping[str, float]) -> csr_matrix:
    """Sparse rows of length 1.0, a column for each term."""
    columns = {term: n for n, term in enumerate(vocabulary)}
    norms = [sum(value * value for value in document.values()) ** 0.5 or 1.0 for document in documents]
    rows = [n for n, document in enumerate(documents) for _ in document]
    present = [columns[term] for document in documents for term in document]
    values = [value / norm for document, norm in zip(documents, norms, strict=True) for value in document.values()]
    return csr_matrix((values, (rows, present)), shape=(len(documents), max(len(columns), 1)), dtype=np.float32)
