"""From passages down to the sentences that answer, best first. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.answering.commands_asked import asks_for_code
from bot.answering.coverage import coverage
from bot.answering.fits import fits
from bot.answering.missing import announces, says_nothing
from bot.answering.quotes import Evidence
from bot.answering.retrieve import Retrieved
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


@dataclass(frozen=True, slots=True, eq=False)
class RankedSentence:
    """A sentence and how it answers.

    Attributes:
        cosine: its likeness to the question.
        coverage: the share of the question's words that it says, 0.0 to 1.0.
        vector: (d,) its unit vector.
        terms: what it says, and the title, publisher and heading above it.
    """

    evidence: Evidence
    score: float
    cosine: float
    coverage: float
    vector: npt.NDArray[np.float32]
    terms: frozenset[str] = frozenset()


def rank_sentences(retrieved: Retrieved) -> list[RankedSentence]:
    """All sentences of the passages, best first."""
    found = (sentence for passage in retrieved.passages for sentence in _of_passage(passage, retrieved))
    return sorted(found, key=lambda sentence: -sentence.score)


def _of_passage(passage: Passage, retrieved: Retrieved) -> Iterator[RankedSentence]:
    vectors = passage.sentence_vectors
    if vectors is None:  # stored but not indexed yet: found and ranked by its words alone
        vectors = np.zeros((len(passage.sentences), len(retrieved.vector)), dtype=np.float32)
    code_wanted = asks_for_code(retrieved.understood.text)
    context, headings, wanted = passage.context_terms, passage.headings, retrieved.understood.answer_type
    for n, cosine in enumerate(vectors @ retrieved.vector):
        text, said = passage.sentence_text(n), passage.sentence_terms[n]
        if says_nothing(said) or (n < headings and announces(text)):
            continue
        code = is_code(text)
        if code and not code_wanted:
            continue
        words = coverage(retrieved.weights, said, context)
        score = MEANING * float(cosine) + WORDS * words + PASSAGE * passage.score
        score += FITS * (code or fits(text, wanted)) - HEADING * (n < headings)
        yield RankedSentence(Evidence(passage, n, n), score, float(cosine), words, vectors[n], said | context)
