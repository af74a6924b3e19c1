"""From an understood question to the passages that may answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from bot.answering.understand import Understood
from ingest.corpus.models import Passage, View
from ingest.corpus.search import Search
from ingest.corpus.words import content_terms

PASSAGES = 10


@dataclass(frozen=True, slots=True, eq=False)
class Retrieved:
    """What a search brought.

    Attributes:
        vector: (d,) the search text's unit vector.
        weights: the search text's content terms with their idf.
        passages: best first.
    """

    vector: npt.NDArray[np.float32]
    weights: Mapping[str, float]
    passages: tuple[Passage, ...]


def retrieve(
    search: Search, understood: Understood, *, clock: datetime, scopes: tuple[str, ...], k: int = PASSAGES
) -> Retrieved:
    """Search as the asker sees the corpus: up to the clock, inside the question's window, of the scopes."""
    window = understood.window
    view = View(clock, scopes, window.since if window else None, window.until if window else None)
    vector = search.encode(understood.search_text)
    terms = content_terms(understood.search_text)
    return Retrieved(vector, search.weights(terms), tuple(search.passages(vector, terms, view, k)))
