"""From passages down to the sentences that answer, best first. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.answering.quotes import Evidence
from bot.answering.retrieval.answer_type_match import fits
from bot.answering.retrieval.code_asked import asks_for_code
from bot.answering.retrieval.coverage import coverage
from bot.answering.retrieval.dated import is_of_another_time
from bot.answering.retrieval.doubt import supposes
from bot.answering.retrieval.ignorable_terms import announces, says_nothing
from bot.answering.retrieval.retrieve import Retrieved
from ingest.models import Passage
from ingest.text.layout import is_code

MEANING = 1.0
"""Weight of the cosine between question and sentence."""
WORDS = 0.6
"""Weight of the share of the question's words that the sentence says, the rare ones most."""
PASSAGE = 0.6
"""Weight of the passage's own fused score."""
FITS = 0.15
"""What a sentence gains that holds the kind of thing asked for: an amount, a number, a date, a name."""
HEADING = 0.2
"""What a heading loses: it names a subject and says little of it."""
DOUBTFUL = 0.25
"""What a sentence loses that supposes, asks, or dates its event outside of the time asked about."""


@dataclass(frozen=True, slots=True, eq=False)
class RankedSentence:
    """A sentence and how it answers.

    Attributes:
        cosine: its likeness to the question.
        coverage: the share of the question's words that it says, 0.0 to 1.0.
        vector: (d,) its unit vector.
        terms: what it says, and the title, publisher and heading above it.
        doubtful: it supposes, asks, or tells of another time: no evidence for what is asked.
        untimely: it tells of another time than the one asked about.
    """

    evidence: Evidence
    score: float
    cosine: float
    coverage: float
    vector: npt.NDArray[np.float32]
    terms: frozenset[str] = frozenset()
    doubtful: bool = False
    untimely: bool = False


def rank_sentences(retrieved: Retrieved) -> list[RankedSentence]:
    """All sentences of the passages, best first."""
    found = (sentence for passage in retrieved.passages for sentence in _of_passage(passage, retrieved))
    return sorted(found, key=lambda sentence: -sentence.score)


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
    for n, cosine in enumerate(vectors @ retrieved.vector):
        text, said = passage.sentence_text(n), passage.sentence_terms[n]
        if says_nothing(said) or (n < headings and announces(text)):
            continue
        code = is_code(text)
        if code and not code_wanted:
            continue
        words = coverage(retrieved.weights, said, context, retrieved.forms)
        score = MEANING * float(cosine) + WORDS * words + PASSAGE * passage.score
        untimely = window is not None and is_of_another_time(text, passage.effective_at, window)
        doubtful = untimely or supposes(text)
        score += FITS * (code or fits(text, wanted)) - HEADING * (n < headings) - DOUBTFUL * doubtful
        evidence = Evidence(passage, n, n)
        yield RankedSentence(evidence, score, float(cosine), words, vectors[n], said | context, doubtful, untimely)
