"""BM25, computed here from stored counts, so that scores do not depend on the SQL engine.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3; the idf is
Lucene's, which is never negative.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

K1 = 1.2
B = 0.75


def idf(chunks_with_term: int, chunks: int) -> float:
    """Rarity of a term, 0.0 or more."""
    return math.log(1.0 + (chunks - chunks_with_term + 0.5) / (chunks_with_term + 0.5))


def bm25(terms: Sequence[str], weights: Mapping[str, float], mean_terms: float) -> float:
    """Score of one chunk.

    Args:
        terms: the chunk's terms, with repetitions.
        weights: the question's terms with their idf (times how often the question says them).
        mean_terms: mean number of terms of a chunk.
    """
    norm = K1 * (1.0 - B + B * len(terms) / max(mean_terms, 1.0))
    counts = Counter(filter(weights.__contains__, terms))
    return sum(weights[term] * count * (K1 + 1.0) / (count + norm) for term, count in counts.items())
