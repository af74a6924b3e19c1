"""One stretch of time, one digest: the path that Discord and the terminal both take.

articles of the window | items | events | of the topic? | rank | label | write | Digest
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import numpy as np
import numpy.typing as npt

from bot.answering.language_model import LanguageModel
from bot.digest.coverage import coverage
from bot.digest.events import Event, events
from bot.digest.headline import headline
from bot.digest.items import Item, items_of
from bot.digest.memory import Memory
from bot.digest.models import Digest, Label, Story
from bot.digest.rank import ranked, without_facets
from bot.digest.topic import Topic
from bot.digest.writer import Writer
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.whole_articles import whole_articles
from ingest.corpus.models import View
from ingest.corpus.search import Search

STORIES = 20
"""Stories of a digest."""
MOST_ARTICLES = 5_000
MOST_ITEMS = 5_000
"""Beyond it the later items of the longest articles are left out: clustering takes the square of it."""
_NOVELTY = {Label.NEW: 0.4, Label.UPDATE: 0.2, Label.ONGOING: -0.4}


@dataclass(frozen=True, slots=True)
class Digester:
    """Writes digests over one open corpus. Thread-safe; writes nothing down.

    Attributes:
        model: writes summaries; None lets quotes stand for them.
        model_timeout_s: longest time the model may take for one digest, in seconds.
    """

    catalogue: Catalogue
    search: Search
    model: LanguageModel | None = None
    model_timeout_s: float = 60.0

    def digest(self, days: int, at: datetime, topic: str | None, scopes: tuple[str, ...]) -> Digest:
        """The stories of the `days` x 24 hours before `at`, of what `scopes` see; of one topic, if given.

        Raises:
            VerbatimError: the corpus cannot be read; never because of a language model.
        """
        since = at - timedelta(days=days)
        view = View(clock=at, scopes=scopes, since=since, until=at)
        articles = whole_articles(self.catalogue.database, view, self.search.model, MOST_ARTICLES)
        found = events(_most_important(items_of(articles, MOST_ITEMS)), self.search.weights)
        if topic:
            wanted = Topic.of(self.search, topic)
            found = [event for event in found if wanted.holds(event)]
        best = without_facets(ranked((event for event in found if event.names), since, at))
        memory = Memory(self.catalogue, self.search.model, since, scopes)
        stories = tuple(self._stories(islice(best, 2 * STORIES), memory, at))
        return Digest(since, at, stories, coverage(self.catalogue, scopes, len(articles), at))

    def _stories(self, best: Iterable[tuple[float, Event]], memory: Memory, until: datetime) -> Iterator[Story]:
        """The best events, labelled and written."""
        labelled = []
        for score, event in best:
            title = headline(event, self.search.weights)
            known = memory.before(event, title)
            labelled.append((score + _NOVELTY[known.label], event, title, known))
        labelled.sort(key=lambda told: (-round(told[0], 6), told[1].items[0].id))
        writer = Writer(self.model, until, self.model_timeout_s)
        for score, event, title, known in labelled[:STORIES]:
            story = writer.write(event, title, known, score)
            if story is not None:
                yield story


def _most_important(items: list[Item]) -> list[Item]:
    """At most `MOST_ITEMS`, what stands first in its article before what stands last; the order stays."""
    if len(items) <= MOST_ITEMS:
        return items
    rank = np.array([int(item.id.rsplit(":", 1)[1]) for item in items])
    kept: npt.NDArray[np.int64] = np.sort(np.argsort(rank, kind="stable")[:MOST_ITEMS])
    return [items[n] for n in kept]
