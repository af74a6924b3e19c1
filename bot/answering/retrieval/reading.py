"""A cross-encoder reads the best sentences in their context, and what it reads joins their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bot.answering.quotes import Evidence
from bot.answering.retrieval.rank_sentences import WEIGHTS, RankedSentence, reordered

SENTENCES = 12
"""So many are read; on two cores that takes a small cross-encoder less than 250 ms (docs/retrieval.md)."""
Relevance = Callable[[str, Sequence[str]], npt.NDArray[np.float32] | None]


def read(ranked: Sequence[RankedSentence], question: str, relevance: Relevance) -> list[RankedSentence]:
    """The sentences ordered anew by what `relevance` (see `Search.relevance`) makes of the best of them.

    Those that are not read count as the worst of the read ones.
    """
    best, rest = ranked[:SENTENCES], ranked[SENTENCES:]
    found = relevance(question, [_in_its_context(sentence.evidence) for sentence in best]) if best else None
    if found is None:
        return list(ranked)
    scores = [*map(float, found), *[float(found.min())] * len(rest)]
    heard = [replace(s, features=replace(s.features, read=score)) for s, score in zip(ranked, scores, strict=True)]
    return reordered(heard, WEIGHTS)


def in_context(title: str, before: str, sentence: str) -> str:
    """A sentence as a cross-encoder reads it: behind its title and the sentence before it."""
    return f"{title}\n{before} {sentence}".strip()


def _in_its_context(piece: Evidence) -> str:
    passage, n = piece.passage, piece.first
    return in_context(passage.article.title, passage.sentence_text(n - 1) if n else "", passage.sentence_text(n))
