"""New articles against all watches: what each is to tell is written down once, whoever reads. Knows no Discord."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cachetools import LRUCache, TTLCache
from sqlalchemy import Connection, func, select

from bot.digest.coverage import is_advertisement
from bot.digest.models import Story
from bot.digest.segmenting.items import Item, items_of
from bot.services.guilds import GuildService
from bot.services.schema import watch_stories
from bot.services.watch_rows import FoundStory, StoryState, Watch, story_to_json, unpacked
from bot.services.watches import WatchService
from bot.watch.joining import findings
from bot.watch.matching import WatchIndex
from bot.watch.models import Finding, Kind, Match, Wanted
from bot.watch.schedule import AGE, HISTORY, Pace, due
from bot.watch.telling import article_of, story_of
from ingest.catalogue import Catalogue
from ingest.catalogue.arrivals import Arrival, arrivals
from ingest.catalogue.dialect import insert_new
from ingest.catalogue.whole_articles import WholeArticle, articles_in_full, whole_articles
from ingest.clock import Clock, utc_now
from ingest.models import View
from ingest.search.search import Search

if TYPE_CHECKING:
    from bot.services.claims import ClaimService

TOGETHER = 200
"""Articles that are read and matched in one go."""
PREVIEWED = 2_000
"""How many articles of the last two weeks a preview looks at, the newest."""
_KEPT = 500
"""Articles whose items are kept in memory."""
_TERMS, _TERMS_S = 200_000, 3_600.0
"""Terms whose rarity is kept, and for how long."""
_UNLIKE = 0.5
"""Cosine above which two items are one subject (`bot.digest.writing.rank`)."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a watch would have told: stories, the latest first, and the ids of all items that it matched."""

    stories: Sequence[Story]
    items: Sequence[str]


class WatchFinder:
    """Looks at what came in. One call of `look` at a time in a process; a guild's watches are claimed for it."""

    def __init__(
        self,
        catalogue: Catalogue,
        search: Search,
        watches: WatchService,
        guilds: GuildService,
        claims: ClaimService,
        clock: Clock = utc_now,
    ) -> None:
        self._catalogue, self._database, self._search = catalogue, catalogue.database, search
        self._watches, self._guilds, self._claims, self._clock = watches, guilds, claims, clock
        self._seen: dict[str, datetime] = {}
        self._kept: LRUCache[str, list[Item]] = LRUCache(_KEPT)
        self._idf: TTLCache[str, float] = TTLCache(_TERMS, _TERMS_S)
        self._index: tuple[tuple[Wanted, ...], WatchIndex] = ((), self._index_of(()))
        self._looking = threading.Lock()

    def preview(self, wanted: Wanted, scopes: tuple[str, ...]) -> Preview:
        """What a watch would have told of the last 14 days. It may run beside `look`, and shares nothing with it."""
        now = self._clock()
        view = View(now, scopes, now - HISTORY, now)
        articles = whole_articles(self._database, view, self._search.model, PREVIEWED)
        items = _items(sorted(articles, key=lambda article: (article.effective_at, article.card.id)))
        matches = WatchIndex((wanted,), self._search.encode, self._search.weights).matches(items)
        told = findings(matches, (), self._search.weights)
        stories = [story_of(finding, self._search.weights) for finding in reversed(told)]
        return Preview(stories, [match.item.id for match in matches])

    def know(self, watch: Watch, items: Iterable[str]) -> None:
        """Count these as told: they were shown before the watch was saved."""
        now = self._clock()
        rows = [_row(watch, item, StoryState.KNOWN, now) for item in items]
        with self._database.write(alone=False) as connection:
            for row in rows:
                connection.execute(insert_new(watch_stories).values(row))

    def less_like(self, found: FoundStory) -> None:
        """Let a watch tell no more of what means nearly the same as a story."""
        quote = found.story.quotes[0]
        items = _items(articles_in_full(self._database, [quote.article.id], self._search.model))
        told = next((i.vector for i in items if i.sentences[0].start <= quote.start < i.sentences[-1].end), None)
        vector = self._search.encode(quote.text) if told is None else told
        self._watches.less_like(found.watch_id, vector)

    def look(self, ours: Callable[[int | None], bool]) -> int:
        """Match what has come in since the last call; returns how many stories are to be told.

        Args:
            ours: whether a guild belongs to this process; None stands for direct messages.
        """
        with self._looking:
            watches = self._watches.active(ours)
            now = self._clock()
            if not watches:
                return 0
            came = arrivals(self._database, now - AGE, self._seen, self._search.model)
            found = sum(self._looked(came[n : n + TOGETHER], watches) for n in range(0, len(came), TOGETHER))
            self._seen = {id_: at for id_, at in self._seen.items() if at >= now - AGE}
            return found

    def _looked(self, came: Sequence[Arrival], watches: Sequence[Watch]) -> int:
        by_id = {arrival.article_id: arrival for arrival in came}
        news = [arrival.article_id for arrival in came if not (arrival.first_read or arrival.is_old(AGE))]
        articles = articles_in_full(self._database, news, self._search.model)
        ordered = sorted(articles, key=lambda article: (by_id[article.card.id].first_fetched_at, article.card.id))
        matches = self._matches(ordered, watches)
        told: list[int | None] = []
        for watch in watches:
            scopes = self._guilds.scopes(watch.guild_id, watch.owner_id)
            found = self._of_source(watch, ordered, by_id) if watch.kind is Kind.SOURCE else matches.get(watch.id, ())
            mine = [
                match
                for match in found
                if not by_id[match.item.article.id].scopes.isdisjoint(scopes)
                and by_id[match.item.article.id].first_fetched_at >= watch.created_at
            ]
            told.append(self._tell(watch, mine) if mine else 0)
        if None not in told:
            self._seen |= {arrival.article_id: arrival.first_fetched_at for arrival in came}
        return sum(filter(None, told))

    def _of_source(self, watch: Watch, articles: Sequence[WholeArticle], by_id: Mapping[str, Arrival]) -> list[Match]:
        """The first item of each new article of the source whose articles are posted."""
        mine = (a.card.id for a in articles if watch.options.source_id in by_id[a.card.id].sources)
        firsts = (next(iter(self._kept.get(id_, ())), None) for id_ in mine)
        return [Match(watch.id, item, 0, "") for item in firsts if item is not None]

    def _matches(self, articles: Sequence[WholeArticle], watches: Sequence[Watch]) -> dict[int, list[Match]]:
        wanted = tuple(watch.wanted for watch in watches)
        if wanted != self._index[0]:
            self._index = wanted, self._index_of(wanted)
        found: dict[int, list[Match]] = defaultdict(list)
        items = _items(articles)
        self._keep((article.card.id for article in articles), items)
        for match in self._index[1].matches(items):
            found[match.watch].append(match)
        return found

    def _index_of(self, wanted: tuple[Wanted, ...]) -> WatchIndex:
        return WatchIndex(wanted, self._search.encode, self._weights)

    def _items_of(self, article_ids: set[str]) -> list[Item]:
        """The items of articles that were found before."""
        missing = sorted(id_ for id_ in article_ids if id_ not in self._kept)
        self._keep(missing, _items(articles_in_full(self._database, missing, self._search.model)))
        return [item for id_ in sorted(article_ids) for item in self._kept.get(id_, ())]

    def _keep(self, article_ids: Iterable[str], items: Sequence[Item]) -> None:
        found: dict[str, list[Item]] = {id_: [] for id_ in article_ids}
        for item in items:
            found[item.article.id].append(item)
        self._kept.update(found)

    def _weights(self, terms: Iterable[str]) -> dict[str, float]:
        """`Search.weights`, remembered for a while: neighbouring articles share most of their words."""
        wanted = list(dict.fromkeys(terms))
        found = {term: self._idf[term] for term in wanted if term in self._idf}
        new = self._search.weights(term for term in wanted if term not in found)
        self._idf.update(new)
        return {term: found[term] if term in found else new[term] for term in wanted}

    def _tell(self, watch: Watch, matches: Sequence[Match]) -> int | None:
        """Write down what is to be told; None if another process is at it: then the next call looks again."""
        claim = self._claims.take(f"watch {watch.id}")
        if claim is None:
            return None
        try:
            return self._written(watch, matches)
        finally:
            self._claims.give_back(claim)

    def _written(self, watch: Watch, matches: Sequence[Match]) -> int:
        now = self._clock()
        known = self._known(watch, now)
        fresh = [match for match in matches if match.item.id not in known]
        before = [item for item in self._items_of({_article(i) for i in known}) if item.id in known]
        posts = watch.kind is Kind.SOURCE
        told = [Finding(match) for match in fresh] if posts else findings(fresh, before, self._weights)
        left = watch.options.most - self._watches.told_lately(watch.id) - self._waiting(watch)
        rows = [_row(watch, match.item.id, StoryState.JOINED, now) for match in fresh]
        states = {row["item"]: row for row in rows}
        for finding in told:
            row = states[finding.first.item.id]
            row["state"] = self._state(watch, finding, left).value
            if row["state"] == StoryState.WAITING.value:
                left -= 1
                row |= self._to_be_told(watch, finding, now)
        with self._database.write(alone=False) as connection:
            for row in rows:
                connection.execute(insert_new(watch_stories).values(row))
        return sum(row["state"] == StoryState.WAITING.value for row in rows)

    def _state(self, watch: Watch, finding: Finding, left: int) -> StoryState:
        options, item = watch.options, finding.first.item
        comparable = bool(options.unlike) and options.model == self._search.model
        if comparable and float((unpacked(options.unlike) @ item.vector).max()) >= _UNLIKE:
            return StoryState.UNWANTED
        return StoryState.WAITING if left > 0 else StoryState.OVER

    def _to_be_told(self, watch: Watch, finding: Finding, now: datetime) -> dict[str, Any]:
        zone = ZoneInfo(self._guilds.settings(watch.guild_id).digest_zone)
        at = due(now, Pace(watch.options.pace), zone, watch.options.quiet_hours)
        posts = watch.kind is Kind.SOURCE
        story = article_of(finding.first.item) if posts else story_of(finding, self._weights)
        return {"story": story_to_json(story, finding.first.why), "due_at": at}

    def _known(self, watch: Watch, now: datetime) -> set[str]:
        """The items that it found within `HISTORY`."""
        own = (watch_stories.c.watch_id == watch.id) & (watch_stories.c.found_at >= now - HISTORY)
        with self._database.read() as connection:
            return set(connection.execute(select(watch_stories.c.item).where(own)).scalars())

    def _waiting(self, watch: Watch) -> int:
        with self._database.read() as connection:
            return _count_waiting(connection, watch.id)


def _items(articles: Sequence[WholeArticle]) -> list[Item]:
    return items_of([a for a in articles if a.opening is not None and not is_advertisement(a)])


def _count_waiting(connection: Connection, watch_id: int) -> int:
    waiting = (watch_stories.c.watch_id == watch_id) & (watch_stories.c.state == StoryState.WAITING.value)
    return int(connection.execute(select(func.count()).select_from(watch_stories).where(waiting)).scalar_one())


def _row(watch: Watch, item: str, state: StoryState, now: datetime) -> dict[str, Any]:
    return {
        "watch_id": watch.id, "scope": watch.scope, "item": item, "state": state.value, "found_at": now,
        "story": None, "due_at": None,
    }  # fmt: skip


def _article(item: str) -> str:
    return item.rpartition(":")[0]


def preview_of(kind: Kind, text: str) -> Wanted:
    """A watch that does not exist yet."""
    return Wanted(0, kind, text)
