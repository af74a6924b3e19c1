"""What was known before: labels a story new, update or ongoing. Reads, never writes.

Where no digest was delivered, the four weeks before the window are searched on the fly. A story is known when an
earlier passage says its names and means the same; it is ongoing when its best sentences could have been quoted then,
an update otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from bot.answering.gate.names import NameIndex, find_names
from bot.digest.events import Event
from bot.digest.models import Label
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.chunks import StoredChunk
from ingest.corpus.models import View
from ingest.corpus.words import content_terms

Matrix = npt.NDArray[np.float32]

REACH = timedelta(weeks=4)
_CHUNKS = 12
"""Earlier chunks that are looked at for a story, by meaning and as many by words."""
_KNOWN = 0.45
"""Cosine of an earlier sentence to a story's centre above which, with its names, it told of the same."""
_NAMELESS = 0.70
"""The same where the names are not said."""
_REPEATED = 0.90
"""Cosine above which a sentence could have been quoted before."""


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """How a story stands to what was known: its label, and the (n, d) sentences that told of it before."""

    label: Label
    sentences: Matrix


class Memory:
    """The four weeks before a window, as the same readers saw them."""

    def __init__(self, catalogue: Catalogue, model: str, since: datetime, scopes: tuple[str, ...]) -> None:
        self._chunks = catalogue.chunks
        self._model = model
        self._view = View(since, scopes, since - REACH, since)
        self._ids, self._vectors = self._chunks.vectors_in(self._view, model)

    def before(self, event: Event, headline: str) -> Before:
        """What was told of the event."""
        stored = self._chunks.load(self._nearest(event.vector, content_terms(headline)), self._model)
        told = [vectors for chunk in stored.values() if (vectors := _telling(chunk, event, headline)) is not None]
        if not told:
            return Before(Label.NEW, np.zeros((0, len(event.vector)), dtype=np.float32))
        known = np.concatenate(told)
        return Before(Label.ONGOING if _nothing_new(event, known) else Label.UPDATE, known)

    def _nearest(self, vector: Matrix, terms: Sequence[str]) -> list[str]:
        """Ids of the chunks that are nearest by meaning and by words, each once."""
        found = self._chunks.match_in(self._view, terms, _CHUNKS)
        if self._ids:
            found += [self._ids[n] for n in np.argsort(-(self._vectors @ vector), kind="stable")[:_CHUNKS]]
        return list(dict.fromkeys(found))


def _telling(chunk: StoredChunk, event: Event, headline: str) -> Matrix | None:
    """The chunk's sentence vectors, if it tells of the event."""
    if chunk.sentence_vectors is None:
        return None
    wanted = find_names(headline)
    said = NameIndex([chunk.text, chunk.heading, chunk.article.title])
    named = bool(wanted) and all(name in said for name in wanted)
    near = float((chunk.sentence_vectors @ event.vector).max())
    return chunk.sentence_vectors if near >= (_KNOWN if named else _NAMELESS) else None


def _nothing_new(event: Event, known: Matrix) -> bool:
    """Whether every item's opening could have been quoted before."""
    openings: Sequence[Matrix] = [item.vectors[0] for item in event.items]
    return bool((np.stack(openings) @ known.T).max(axis=1).min() >= _REPEATED)
