"""Which events belong to a topic that a reader named. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.answering.retrieval.coverage import coverage
from bot.digest.clustering.events import Event
from ingest.search.search import Search
from ingest.text.words import content_terms, terms

_MEANT = 0.45
"""Cosine of an event's centre to the topic above which it is about it."""
_SAID = 0.99
"""Share of the topic's words that an item must say."""
_SHARE = 0.34
"""Share of an event's items that must say the topic's words."""


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """What a reader wants to read about: its words with their idf and its (d,) unit vector."""

    weights: Mapping[str, float]
    vector: npt.NDArray[np.float32]

    @classmethod
    def of(cls, search: Search, text: str) -> Topic:
        """A topic in a reader's words."""
        return cls(search.weights(content_terms(text)), search.encode(text))

    def holds(self, event: Event) -> bool:
        """Whether the event is about it: by meaning, or because its items say the topic's words."""
        if float(event.vector @ self.vector) >= _MEANT:
            return True
        said = [coverage(self.weights, set(terms(item.lead_text))) >= _SAID for item in event.items]
        return sum(said) >= _SHARE * len(said)
