"""What was reported before: labels a story as new, update or ongoing. Reads, never writes.

What a guild knows is what was delivered to it before the window's end. If there was
nothing, the four weeks before the window are searched on the fly. A story is known if something earlier has its names
and means the same; it is ongoing if its best sentences could have been quoted then, and an update otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.digest.clustering.events import Event
from bot.digest.models import Label
from bot.digest.segmenting.items import Item
from bot.digest.segmenting.names import names_of
from bot.lexicon.names import NameIndex, find_names
from ingest.catalogue import Catalogue
from ingest.catalogue.chunks import StoredChunk
from ingest.models import View

Matrix = npt.NDArray[np.float32]

REACH = timedelta(weeks=4)
_CHUNKS = 16
"""How many earlier chunks are looked at for a story."""
_KNOWN = 0.60
"""Cosine of an earlier sentence to a story's centre above which, given its names, it is about the same."""
_NAMELESS = 0.75
"""The same without the names."""
_REPEATED = 0.90
"""Cosine above which a sentence could have been quoted before."""
_TOLD, _TOLD_NAMELESS = 0.60, 0.85
"""Cosines of two stories' centres above which they are one: if the headline of the earlier one has a name of the
later one, and if not."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportedStory:
    """A story of a delivered digest.

    Attributes:
        until: the end of that digest's window; it quotes nothing later.
        centre: (d,) unit vector of what it was about; None if another model computed it.
    """

    title: str
    until: datetime
    articles: frozenset[str]
    centre: Matrix | None


class Archive(Protocol):
    """The record of delivered digests. Used by the digester, which only reads it."""

    def reported(self, scope: str, before: datetime) -> Sequence[ReportedStory]:
        """The stories of the digests that were delivered to a scope before a moment, the latest first."""
        ...


class _Nothing:
    def reported(self, scope: str, before: datetime) -> Sequence[ReportedStory]:
        return ()


NOTHING_REPORTED: Archive = _Nothing()


@dataclass(frozen=True, slots=True, eq=False)
class PriorCoverage:
    """What was already reported about a story.

    Attributes:
        sentences: (n, d) vectors of earlier sentences about it.
        told_at: end of the last digest that reported it to these readers; None if none did.
        news: the items since then, the most typical first.
    """

    label: Label
    sentences: Matrix
    told_at: datetime | None = None
    news: tuple[Item, ...] = ()


class Memory:
    """What the same readers know from before a window."""

    def __init__(
        self,
        catalogue: Catalogue,
        model: str,
        since: datetime,
        scopes: tuple[str, ...],
        told: Sequence[ReportedStory] = (),
    ) -> None:
        self._chunks = catalogue.chunks
        self._model = model
        self._told = told
        self._view = View(since, scopes, since - REACH, since)
        self._ids, self._vectors = self._chunks.vectors_in(self._view, model)

    def before(self, event: Event, headline: str) -> PriorCoverage:
        """What was already reported about the event."""
        if self._told:
            return self._delivered(event, headline)
        known = self._searched(event, headline)
        if not len(known):
            return PriorCoverage(Label.NEW, known)
        return PriorCoverage(Label.ONGOING if _nothing_new(event.items, known) else Label.UPDATE, known)

    def _delivered(self, event: Event, headline: str) -> PriorCoverage:
        """What delivered digests reported of it: everything older than the last one that did."""
        upto = max((story.until for story in self._told if _is_told(story, event)), default=None)
        if upto is None:
            return PriorCoverage(Label.NEW, self._none(event))
        old = [item.vectors for item in event.items if item.effective_at < upto]
        known = np.concatenate([self._searched(event, headline), *old])
        news = tuple(item for item in event.items if item.effective_at >= upto)
        if not news or (len(known) and _nothing_new(news, known)):
            return PriorCoverage(Label.ONGOING, known, upto)
        return PriorCoverage(Label.UPDATE, known, upto, news)

    def _searched(self, event: Event, headline: str) -> Matrix:
        """(n, d) vectors of sentences about it in the four weeks before."""
        stored = self._chunks.load(self._nearest(event.vector), self._model)
        earlier = [vectors for chunk in stored.values() if (vectors := _telling(chunk, event, headline)) is not None]
        return np.concatenate(earlier) if earlier else self._none(event)

    def _none(self, event: Event) -> Matrix:
        return np.zeros((0, len(event.vector)), dtype=np.float32)

    def _nearest(self, vector: Matrix) -> list[str]:
        """Ids of the chunks that are nearest by meaning."""
        if not self._ids:
            return []
        return [self._ids[n] for n in np.argsort(-(self._vectors @ vector), kind="stable")[:_CHUNKS]]


def _is_told(story: ReportedStory, event: Event) -> bool:
    """Whether an earlier digest's story is this one."""
    if any(item.whole and item.article.id in story.articles for item in event.items):
        return True
    named = not names_of(story.title).isdisjoint(event.names)
    if story.centre is None:
        return named and names_of(story.title) <= event.names.keys()
    return float(story.centre @ event.vector) >= (_TOLD if named else _TOLD_NAMELESS)


def _telling(chunk: StoredChunk, event: Event, headline: str) -> Matrix | None:
    """The chunk's sentence vectors, if it is about the event."""
    if chunk.sentence_vectors is None:
        return None
    wanted = find_names(headline)
    said = NameIndex([chunk.text, chunk.heading, chunk.article.title])
    versions = {name for name in names_of(headline) if any(map(str.isdigit, name))}
    if not versions <= names_of(f"{chunk.article.title}. {chunk.text}"):
        return None  # another version is another story
    named = bool(wanted) and all(name in said for name in wanted)
    near = float((chunk.sentence_vectors @ event.vector).max())
    return chunk.sentence_vectors if near >= (_KNOWN if named else _NAMELESS) else None


def _nothing_new(items: Sequence[Item], known: Matrix) -> bool:
    """Whether every item's opening could have been quoted before."""
    openings: Sequence[Matrix] = [item.vectors[0] for item in items]
    return bool((np.stack(openings) @ known.T).max(axis=1).min() >= _REPEATED)
