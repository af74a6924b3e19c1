"""From passages down to the sentences that answer, best first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.answering.quotes import Evidence
from bot.answering.retrieval.answer_type_match import asks_for_code, fits
from bot.answering.retrieval.coverage import coverage
from bot.answering.retrieval.ignorable_terms import announces, says_nothing
from bot.answering.retrieval.no_evidence import is_of_another_time, supposes
from bot.answering.retrieval.retrieve import Retrieved
from ingest.models import Passage
from ingest.text.layout import is_code

WEIGHTS: Mapping[str, float] = {
    "meaning": 0.142,
    "deed": 0.265,
    "words": 0.579,
    "passage": 0.600,
    "fits": 0.286,
    "heading": -0.161,
}
"""What each feature of a sentence adds to its score, written by `bench/fit_answering.py`; only their ratios matter."""

READ = 0.247
"""The weight of what a cross-encoder reads, beside the others; fitted with --reader."""

DOUBTFUL = 0.25
"""What a sentence loses that supposes, asks, or dates its event outside of the time asked about. Not fitted: such a
sentence is no evidence, however often the sets of questions hold one."""


@dataclass(frozen=True, slots=True)
class Features:
    """By what the sentences of a question are ordered.

    Attributes:
        meaning: cosine between question and sentence.
        deed: the same with what is asked, names left out.
        words: the share of the question's words that the sentence says, the rare ones most.
        passage: the passage's own fused score.
        fits: it holds the kind of thing asked for: an amount, a number, a date, a name.
        heading: it is one, which names a subject and says little of it.
        read: how well it answers as a cross-encoder reads it in its context; 0 without one.
    """

    meaning: float
    deed: float
    words: float
    passage: float
    fits: float
    heading: float
    read: float = 0.0

    def score(self, weights: Mapping[str, float] = WEIGHTS) -> float:
        """The weighted sum."""
        return READ * self.read + sum(weight * float(getattr(self, name)) for name, weight in weights.items())


@dataclass(frozen=True, slots=True, eq=False)
class RankedSentence:
    """A sentence and how it answers.

    Attributes:
        features: what its score is made of, but for what it loses as doubtful.
        vector: (d,) its unit vector.
        terms: what it says, and the title, publisher and heading above it.
        doubtful: it supposes, asks, or is about another time: no evidence for what is asked.
        untimely: it is about another time than the one asked about.
    """

    evidence: Evidence
    score: float
    features: Features
    vector: npt.NDArray[np.float32]
    terms: frozenset[str] = frozenset()
    doubtful: bool = False
    untimely: bool = False

    @property
    def cosine(self) -> float:
        """Its likeness to the question."""
        return self.features.meaning

    @property
    def coverage(self) -> float:
        """The share of the question's words that it says, 0.0 to 1.0."""
        return self.features.words


def rank_sentences(retrieved: Retrieved) -> list[RankedSentence]:
    """All sentences of the passages, best first."""
    found = (sentence for passage in retrieved.passages for sentence in _of_passage(passage, retrieved))
    return sorted(found, key=lambda sentence: -sentence.score)


def reordered(ranked: Sequence[RankedSentence], weights: Mapping[str, float]) -> list[RankedSentence]:
    """The sentences in the order that other weights give."""
    scored = [replace(s, score=s.features.score(weights) - DOUBTFUL * s.doubtful) for s in ranked]
    return sorted(scored, key=lambda sentence: -sentence.score)


def beginnings(retrieved: Retrieved) -> list[RankedSentence]:
    """The sentences of the passages in the order of reading, the newest article first: what an article is about."""
    by_article: dict[str, list[Passage]] = {}
    for passage in sorted(retrieved.passages, key=lambda p: p.effective_at, reverse=True):
        by_article.setdefault(passage.article.id, []).append(passage)
    firsts = [min(passages, key=lambda passage: passage.span) for passages in by_article.values()]
    rows = [[s for s in sorted(_of_passage(p, retrieved), key=lambda s: s.evidence.first)] for p in firsts]
    in_turn = [s for row in rows for s in row if s.evidence.first >= s.evidence.passage.headings]
    order = sorted(in_turn, key=lambda s: s.evidence.first - s.evidence.passage.headings)
    return [replace(sentence, score=2.0 - n / (len(order) or 1)) for n, sentence in enumerate(order)]


def _of_passage(passage: Passage, retrieved: Retrieved) -> Iterator[RankedSentence]:
    vectors = passage.sentence_vectors
    if vectors is None:  # stored but not indexed yet: found and ranked by its words alone
        vectors = np.zeros((len(passage.sentences), len(retrieved.vector)), dtype=np.float32)
    code_wanted = asks_for_code(retrieved.understood.text)
    context, headings, wanted = passage.context_terms, passage.headings, retrieved.understood.answer_type
    window = retrieved.understood.window
    meanings = vectors @ retrieved.vector
    deeds = meanings if retrieved.deed is None else vectors @ retrieved.deed
    for n in range(len(passage.sentences)):
        text, said = passage.sentence_text(n), passage.sentence_terms[n]
        if says_nothing(said) or (n < headings and announces(text)):
            continue
        code = is_code(text)
        if code and not code_wanted:
            continue
        features = Features(
            meaning=float(meanings[n]),
            deed=float(deeds[n]),
            words=coverage(retrieved.weights, said, context, retrieved.forms),
            passage=passage.score,
            fits=float(code or fits(text, wanted)),
            heading=float(n < headings),
        )
        untimely = window is not None and is_of_another_time(text, passage.effective_at, window)
        doubtful = untimely or supposes(text)
        score = features.score() - DOUBTFUL * doubtful
        yield RankedSentence(Evidence(passage, n, n), score, features, vectors[n], said | context, doubtful, untimely)
