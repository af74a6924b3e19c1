"""What a cross-encoder reads in the best sentences joins their order; without one nothing changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.answering.quotes import Evidence
from bot.answering.retrieval.rank_sentences import Features, RankedSentence
from bot.answering.retrieval.reading import SENTENCES, read
from tests.bot.answering.passages import write

WRITTEN = write(*(f"Sentence number {n} says this." for n in range(SENTENCES + 3)))


def ranked() -> list[RankedSentence]:
    """The sentences, each a little worse than the one before."""
    found = []
    for n in range(SENTENCES + 3):
        features = Features(meaning=0.5, deed=0.5, words=0.5 - n / 100, passage=0.5, fits=0.0, heading=0.0)
        vector = np.zeros(3, dtype=np.float32)
        found.append(RankedSentence(Evidence(WRITTEN.passage, n, n), features.score(), features, vector))
    return found


def test_the_sentence_that_answers_when_read_comes_first_and_unread_ones_stay_last() -> None:
    heard: list[str] = []

    def relevance(question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        heard.extend(texts)
        return np.array(["number 7" in text.splitlines()[-1] for text in texts], dtype=np.float32) * 0.9

    order = [sentence.evidence.first for sentence in read(ranked(), "which?", relevance)]
    assert order[0] in (7, 8)  # the sentence before stands in the context of the next one
    assert order[SENTENCES:] == list(range(SENTENCES, SENTENCES + 3))
    assert len(heard) == SENTENCES
    assert heard[1].endswith("Sentence number 0 says this. Sentence number 1 says this.")
    assert heard[1].startswith(WRITTEN.passage.article.title)


def test_without_a_cross_encoder_the_order_stays() -> None:
    order = [sentence.evidence.first for sentence in read(ranked(), "which?", lambda question, texts: None)]
    assert order == list(range(SENTENCES + 3))


def test_no_sentences_are_not_read() -> None:
    assert read([], "which?", lambda question, texts: np.zeros(0, dtype=np.float32)) == []
