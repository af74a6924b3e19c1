"""What becomes of a digest: its pages, what a guild was told, and when the next one is due. Knows no Discord.

A stored digest holds headlines, labels and where its quotes stand; the quotes are cut anew out of their articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from bot.answering.links import quote_link
from bot.answering.models import Quote
from bot.digest.models import Coverage, Digest, Label, LeftOut, Order, Story
from bot.digest.timetable import LATE, Rhythm, Timetable
from bot.digest.writing.memory import ToldStory
from bot.services import Digesting
from bot.services.guilds import GuildSettings
from bot.services.records import DueDigest, Prospect, Undelivered
from bot.store.digests import Digests, State, StoredDigest
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.lookup import visible_ids
from ingest.corpus.models import ArticleCard, View
from ingest.wiring import utc_now

KEPT = timedelta(days=90)
"""How long the buttons under a digest know it, and how long a guild is taken to remember."""

_PROSPECTS = {
    State.BEGUN: Prospect.WAITS, State.FAILED: Prospect.GIVEN_UP, State.DOUBTFUL: Prospect.DOUBTFUL
}  # fmt: skip

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Archived:
    """Implements `bot.digest.writing.memory.Archive`. `model`: whose vectors can be compared."""

    digests: Digests
    model: str

    def told(self, scope: str, before: datetime) -> list[ToldStory]:
        return [story for stored in self.digests.sent(scope, before) for story in self._told(stored)]

    def _told(self, stored: StoredDigest) -> list[ToldStory]:
        stories = stored.stories or []
        rows = np.frombuffer(stored.centres, dtype=np.float16).astype(np.float32)
        known = stored.model == self.model and len(rows)
        centres = list(rows.reshape(len(stories), -1)) if known else [None] * len(stories)
        return [
            ToldStory(story["title"], stored.until, frozenset(story["articles"]), centre)
            for story, centre in zip(stories, centres, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class DigestKeeper:
    """Implements `bot.services.DigestKeeping`. `model`: which one made the vectors."""

    digests: Digests
    catalogue: Catalogue
    digester: Digesting
    model: str

    def keep(self, digest: Digest, scope: str, *, private: bool) -> int:
        state = State.SHOWN if private else State.SENT
        return self.digests.add(scope, digest.since, digest.until, state, utc_now(), **_content(digest, self.model))

    def find(self, digest_id: int, scopes: tuple[str, ...]) -> Digest | None:
        stored = self.digests.get(digest_id)
        if stored is None or stored.stories is None:
            return None
        return self._restored(stored, scopes)

    def claim(self, guild_id: int, settings: GuildSettings, now: datetime) -> DueDigest | None:
        table = timetable(settings)
        due_at = table.last_due(now)
        if due_at is None:
            return None
        digest_id = self.digests.claim(str(guild_id), due_at, table.window(due_at), now)
        stored = None if digest_id is None else self.digests.get(digest_id)
        if stored is None:
            return None
        return DueDigest(stored.id, guild_id, due_at, stored.sending_since, now - due_at > LATE)

    def write(self, due: DueDigest, scopes: tuple[str, ...], topics: tuple[str, ...]) -> Digest:
        stored = self.digests.get(due.id)
        assert stored is not None
        if stored.stories is not None:  # somebody began it, and was stopped
            return self._restored(stored, scopes)
        digest = self.digester.digest(Order(stored.since, stored.until, scopes, interests=topics))
        self.digests.write(due.id, **_content(digest, self.model))
        return digest

    def sending(self, due: DueDigest, now: datetime) -> None:
        self.digests.sending(due.id, now)

    def sent(self, due: DueDigest, now: datetime) -> None:
        self.digests.end(due.id, State.SENT, now)

    def put_off(self, due: DueDigest, why: str, now: datetime) -> None:
        self.digests.release(due.id, now, why)

    def give_up(self, due: DueDigest, why: str, now: datetime) -> bool:
        before = [stored for stored in self.digests.scheduled(str(due.guild_id), 2) if stored.id != due.id]
        self.digests.end(due.id, State.FAILED, now, why)
        return not (before and before[0].state is State.FAILED and before[0].why == why)

    def doubt(self, due: DueDigest, why: str, now: datetime) -> None:
        self.digests.end(due.id, State.DOUBTFUL, now, why)

    def undelivered(self, guild_id: int) -> Undelivered | None:
        last = next(iter(self.digests.scheduled(str(guild_id), 1)), None)
        if last is None or last.due_at is None or last.state is State.SENT or not last.why:
            return None
        return Undelivered(last.due_at, last.why, _PROSPECTS[last.state])

    def _restored(self, stored: StoredDigest, scopes: tuple[str, ...]) -> Digest:
        """The digest as far as it may still be shown."""
        stories = stored.stories or []
        named = {article for story in stories for article in story["articles"]}
        seen = visible_ids(self.catalogue.database, named, View(utc_now(), scopes))
        cards = {article: found.card for article in seen if (found := self.catalogue.articles.show(article))}
        shown = (self._story(story, cards) for story in stories)
        return Digest(stored.since, stored.until, tuple(s for s in shown if s.quotes), _coverage(stored.coverage or {}))

    def _story(self, told: Json, cards: dict[str, ArticleCard]) -> Story:
        quotes = (self._quote(*place) for place in told["quotes"] if place[1] in cards)
        articles = tuple(cards[article] for article in told["articles"] if article in cards)
        told_at = datetime.fromisoformat(told["told_at"]) if told["told_at"] else None
        found = tuple(quote for quote in quotes if quote is not None)
        return Story(told["title"], Label(told["label"]), told["summary"], found, articles, told["score"], told_at)

    def _quote(self, n: int, article_id: str, version: int, start: int, end: int) -> Quote | None:
        article = self.catalogue.articles.show(article_id, version)
        if article is None:
            return None
        text = article.text[start:end]
        return Quote(n, text, start, end, article.card, quote_link(article.card.url, text))


def timetable(settings: GuildSettings) -> Timetable:
    """When a guild wants its digests; off without a channel."""
    rhythm = Rhythm(settings.digest_rhythm) if settings.digest_channel else Rhythm.OFF
    start = datetime.fromtimestamp(settings.digest_from, UTC)
    return Timetable(rhythm, settings.digest_weekday, settings.digest_hour, settings.digest_zone, start)


def _content(digest: Digest, model: str) -> Json:
    centres: Sequence[Any] = [story.centre for story in digest.stories]
    known = bool(centres) and all(centre is not None for centre in centres)
    return {
        "stories": [_told(story) for story in digest.stories],
        "coverage": asdict(digest.coverage),
        "model": model if known else "",
        "centres": np.stack(centres).astype(np.float16).tobytes() if known else b"",
    }


def _told(story: Story) -> Json:
    return {
        "title": story.title,
        "label": story.label.value,
        "summary": story.summary,
        "score": story.score,
        "told_at": story.told_at.isoformat() if story.told_at else None,
        "quotes": [[q.n, q.article.id, q.article.version, q.start, q.end] for q in story.quotes],
        "articles": [card.id for card in story.articles],
    }


def _coverage(stored: Json) -> Coverage:
    left_out = LeftOut(**stored.get("left_out", {}))
    counts = {name: stored.get(name, 0) for name in ("sources", "checked", "failed", "silent", "articles")}
    return replace(Coverage(**counts), left_out=left_out)
