"""Headlines and first sentences of reports score above details, explanations and talk, by a model and no word list."""

from __future__ import annotations

import numpy as np

from bot.digest.segmenting.news_score import UNTOLD, news_scores
from ingest.embedding.encoders import Encoder

NEWS = [
    "Orchard Chips sues Harbor AI over the design of its accelerator",
    "Nordlicht Labs releases an open model with 34 billion parameters",
    "The Freedonian parliament passed a law on training runs on Tuesday",
    "Kestrel Systems to cut a tenth of its staff",
]
REST = [
    "Somebody asked whether the documentation is right about the size of a block.",
    "One of them thinks that the older paper might already have this property.",
    "A mixture of experts is a network of which only a part is computed for each token.",
    "In the next section we describe how the cache is laid out in memory.",
]


def test_news_scores_above_talk_details_and_explanations(encoder: Encoder) -> None:
    model = encoder.fingerprint.digest
    news, rest = (news_scores(encoder.encode(texts), model) for texts in (NEWS, REST))
    assert news.min() > rest.max()
    assert 0.0 <= rest.min() <= UNTOLD <= news.max() <= 1.0


def test_another_model_s_vectors_are_not_judged(encoder: Encoder) -> None:
    assert set(news_scores(encoder.encode(NEWS), "another").tolist()) == {UNTOLD}


def test_what_is_not_indexed_yet_is_not_judged(encoder: Encoder) -> None:
    assert news_scores(np.zeros((2, 384), dtype=np.float32), encoder.fingerprint.digest).tolist() == [UNTOLD, UNTOLD]
