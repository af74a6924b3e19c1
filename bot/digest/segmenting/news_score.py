"""How much a sentence reads as news: as a headline or the first sentence of a report, rather than as a detail, an
explanation or talk. A linear model over the sentence's vector. Pure.

The weights stand in news_weights.json and come from bench/fit_news.py. They belong to one embedding model; with another
one nothing is told by them, until the script is run for it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
UNTOLD = 0.5
"""The score of what cannot be judged."""


class NewsWeights(NamedTuple):
    """(d,) weights and a bias for the vectors of `model`, an embedding model's digest."""

    model: str
    weights: Vector
    bias: float


@cache
def fitted() -> NewsWeights:
    """The weights that are in use."""
    found = json.loads(files(__package__).joinpath("news_weights.json").read_text(encoding="utf-8"))
    return NewsWeights(found["model"], np.array(found["weights"], dtype=np.float32), float(found["bias"]))


def news_scores(vectors: Vector, model: str) -> Vector:
    """(n,) scores from 0.0 to 1.0 for (n, d) unit rows; `UNTOLD` for another model, and for what is not indexed yet.

    Args:
        model: the digest of the embedding model that made the vectors.
    """
    news = fitted()
    if model != news.model or vectors.shape[1] != len(news.weights):
        return np.full(len(vectors), UNTOLD, dtype=np.float32)
    scores = 1.0 / (1.0 + np.exp(-(vectors @ news.weights + np.float32(news.bias))))
    return np.where(np.abs(vectors).sum(axis=1) > 0, scores, np.float32(UNTOLD)).astype(np.float32)
