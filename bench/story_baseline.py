"""Plain TF-IDF as a baseline of merging: cosines of whole passages, average linkage, the set's own best threshold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

from bench.clustering import Labels, Score, b_cubed
from bench.story_items import Batch, numbered
from bench.story_sets import Passage
from bot.digest.clustering.features import Matrix, Weights
from ingest.text.words import terms


def baseline(batches: Iterable[Batch], weights: Weights) -> tuple[float, Score]:
    """TF-IDF's best threshold, and how well it does there."""
    batches = list(batches)
    gold = numbered((n, p.story) for n, batch in enumerate(batches) for p in batch.passages)
    cosines = [_tf_idf(batch.passages, weights) for batch in batches]
    found = {n / 100: _joined(_clustered(c, n / 100) for c in cosines) for n in range(4, 80, 2)}
    scores = {threshold: b_cubed(gold, labels) for threshold, labels in found.items()}
    best = max(scores, key=lambda threshold: scores[threshold].f1)
    return best, scores[best]


def word_cosines(documents: Sequence[Sequence[str]], idf: Mapping[str, float]) -> Matrix:
    """(n, n) cosines of sets of terms weighted by idf; 0.0 for what has none."""
    sets = [dict.fromkeys(document) for document in documents]
    column = {term: n for n, term in enumerate(dict.fromkeys(chain.from_iterable(sets)))}
    values = [np.array([idf[term] for term in own]) for own in sets]
    unit = [v / (np.linalg.norm(v) or 1.0) for v in values]
    ends = np.cumsum([0, *map(len, sets)])
    columns = [column[term] for own in sets for term in own]
    rows = csr_matrix((np.concatenate(unit), columns, ends), shape=(len(sets), max(len(column), 1)), dtype=np.float32)
    return np.asarray((rows @ rows.T).todense(), dtype=np.float32)


def _tf_idf(passages: Sequence[Passage], weights: Weights) -> Matrix:
    documents = [terms(f"{p.title} {p.text}" if p.whole else p.text) for p in passages]
    return word_cosines(documents, weights(dict.fromkeys(term for document in documents for term in document)))


def _clustered(cosines: Matrix, threshold: float) -> Labels:
    distance = 1.0 - (cosines + cosines.T) / 2.0
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), "average")
    return [int(label) for label in fcluster(tree, 1.0 - threshold, "distance")]


def _joined(parts: Iterable[Labels]) -> list[int]:
    return numbered((n, label) for n, part in enumerate(parts) for label in part)
