"""From an order to a digest: the path that Discord and the terminal share.

articles of the window | items | events | of the topic? | rank | label | write | Digest
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from bot.answering.models import Window
from bot.digest.clustering.events import Event
from bot.digest.coverage import coverage, left_out
from bot.digest.event_cache import EventCache, FoundEvents, Recent
from bot.digest.models import Digest, Label, Order, Story
from bot.digest.writing.corrections import correction
from bot.digest.writing.headline import Headline, headline
from bot.digest.writing.memory import NOTHING_REPORTED, Archive, Memory, ReportedStory
from bot.digest.writing.rank import Topic, ranked, varied, without_facets
from bot.digest.writing.writer import Writer
from bot.llm.budget import Budget
from bot.llm.language_model import LanguageModel
from ingest.catalogue import Catalogue
from ingest.models import View
from ingest.search.search import Search

STORIES = 20
"""Stories of a digest."""
_NOVELTY = {Label.NEW: 0.4, Label.UPDATE: 0.2, Label.ONGOING: -0.4}
_FIT, _UNFIT = 0.25, 2.0
"""A headline below this fitness lowers its story's score by this factor times the shortfall: what can only be told in
the words of a forum discussion is rarely important."""
_INTERESTS = 1.0
"""Bonus of a story about one of the readers' subjects: as much as twice the number of publishers."""


@dataclass(frozen=True, slots=True)
class Digester:
    """Writes digests over one open corpus. Thread-safe; stores nothing.

    Attributes:
        model: writes summaries; without one (None) quotes serve as summaries.
        model_timeout_s: longest time the model may take for one digest, in seconds.
        archive: the digests that were delivered.
        budget: what the model may cost each guild.
    """

    catalogue: Catalogue
    search: Search
    model: LanguageModel | None = None
    model_timeout_s: float = 60.0
    archive: Archive = NOTHING_REPORTED
    budget: Budget | None = None
    _reading: EventCache = field(default_factory=EventCache)
    _written: Recent[tuple[Story, ...]] = field(default_factory=Recent)

    def digest(self, order: Order) -> Digest:
        """The digest for an order.

        Raises:
            VerbatimError: the corpus cannot be read; never because of a language model.
        """
        view = View(clock=order.until, scopes=order.scopes, since=order.since, until=order.until)
        found = self._reading.events(self.catalogue.database, self.search, view)
        told = self.archive.reported(order.scopes[0], order.until)
        wanted = list(self._on_topic(found.events, order.topic))
        stories = self._written.get(
            _same(order, found, told), lambda: self._tell(wanted, told, order), worth=self._is_worth
        )
        named = (card.id for story in stories for card in story.articles)
        made_from = coverage(self.catalogue, order.scopes, len(found.articles), order.until)
        untold = left_out(found.articles, found.advertisements, wanted, found.events, named)
        made_from = replace(made_from, left_out=untold)
        return Digest(order.since, order.until, stories, made_from)

    def _tell(self, wanted: Sequence[Event], told: Sequence[ReportedStory], order: Order) -> tuple[Story, ...]:
        memory = Memory(self.catalogue, self.search.model, order.since, order.scopes, told)
        return tuple(self._stories(islice(self._best(wanted, order), 2 * STORIES), memory, order))

    def _is_worth(self, stories: tuple[Story, ...]) -> bool:
        """Whether to cache these: if the model wrote none of them, it may work again in a minute."""
        return self.model is None or any(story.summary != story.quotes[0].text for story in stories)

    def _on_topic(self, found: Iterable[Event], topic: str | None) -> Iterator[Event]:
        if not topic:
            yield from found
            return
        wanted = Topic.of(self.search, topic)
        yield from (event for event in found if wanted.holds(event))

    def _best(self, wanted: Iterable[Event], order: Order) -> Iterator[tuple[float, Event]]:
        """The events with their scores, most important first."""
        interests = [Topic.of(self.search, words) for words in order.interests]
        scored = ranked((event for event in wanted if event.names), order.since, order.until)
        if interests:
            favoured = [(s + _INTERESTS * any(i.holds(event) for i in interests), event) for s, event in scored]
            scored = sorted(favoured, key=lambda pair: (-round(pair[0], 6), pair[1].items[0].id))
        return without_facets(scored)

    def _stories(self, best: Iterable[tuple[float, Event]], memory: Memory, order: Order) -> Iterator[Story]:
        """The best events, labelled and written."""
        labelled = []
        for score, event in best:
            head = self._headline(event, order)
            known = memory.before(event, head.text)
            if known.news:
                head = self._headline(Event(known.news), order)
            lacking = max(_FIT - head.fitness, 0.0)
            labelled.append((score + _NOVELTY[known.label] - _UNFIT * lacking, event, head, known))
        labelled.sort(key=lambda told: (-round(told[0], 6), told[1].items[0].id))
        writer = Writer(self.model, order, self.model_timeout_s, self.budget)
        for n in varied([(score, event) for score, event, _, _ in labelled], STORIES):
            score, event, head, known = labelled[n]
            story = writer.write(event, head, known, score)
            if story is not None:
                yield story

    def _headline(self, event: Event, order: Order) -> Headline:
        """What names the event; what takes it back or corrects it, if anything does."""
        corrected = correction(event)
        leading = Event((corrected[0],)) if corrected else event
        return headline(leading, self.search.weights, Window(order.since, order.until))


def _same(order: Order, found: FoundEvents, told: Sequence[ReportedStory]) -> Hashable:
    """Cache key: two orders with this key get the same stories."""
    hour = int(order.until.timestamp() // 3600)
    newest = max((story.until for story in told), default=None)
    return found.key, order.scopes, order.topic, order.interests, hour, len(told), newest
