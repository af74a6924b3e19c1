"""Webhooks over a catalogue with one story, a receiver on loopback, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.digest.models import Coverage, Digest, Label, Order, Story
from bot.services.digests import DigestService
from bot.services.guilds import GuildService
from bot.services.schema import watch_posts, watch_stories
from bot.services.watch_posts import WatchPosts
from bot.services.watch_rows import PostState, StoryState, WatchOrder, story_to_json
from bot.services.watches import WatchService
from bot.services.webhook_posts import WebhookPosts
from bot.services.webhook_rows import HookKind, HookOptions, HookOrder, Webhook
from bot.services.webhooks import WebhookService
from bot.watch.models import Kind
from bot.webhooks.courier import Courier
from bot.webhooks.signed_json import new_secret
from ingest.catalogue import Catalogue
from ingest.fetch import Poster
from tests.bot.examples import quote
from tests.ingest.examples import add_source, record
from tests.servers.web import Request, WebServer

GUILD = "77"
ADDED = datetime(2026, 6, 19, 12, tzinfo=UTC)
DUE = datetime(2026, 6, 22, 9, tzinfo=UTC)
WEEKLY = HookOptions(rhythm="weekly")


@dataclass
class OneStoryDigests:
    """Digests with one story, whose quote and article are in the catalogue."""

    story: Story
    orders: list[Order] = field(default_factory=list)

    def digest(self, order: Order) -> Digest:
        self.orders.append(order)
        return Digest(order.since, order.until, (self.story,), Coverage(3, 3, 0, 1, 9))


@dataclass
class HookDesk:
    """One process that posts, and what another would find after it."""

    catalogue: Catalogue
    web: WebServer
    poster: Poster
    now: datetime = ADDED

    def __post_init__(self) -> None:
        self.catalogue.articles.store(record(), add_source(self.catalogue).id)
        stored = self.catalogue.articles.show(record().id)
        assert stored is not None
        shown = replace(quote(1, stored.text[:5], stored.card), start=0, end=5)
        self.story = Story("Polaris 2 is out", Label.UPDATE, shown.text, (shown,), (stored.card,), 2.0)
        self.digests = OneStoryDigests(self.story)
        self.hooks = WebhookService(self.catalogue.database, lambda: self.now)
        self.posts = WebhookPosts(self.catalogue.database)
        self.watches = WatchService(self.catalogue, "m", lambda: self.now)

    def courier(self, poster: Poster | None = None) -> Courier:
        """As one process has it."""
        database = self.catalogue.database
        kept = DigestService(self.catalogue, self.digests, "m", lambda: self.now)
        return Courier(
            self.hooks, self.posts, kept, GuildService(database), self.watches, WatchPosts(self.catalogue),
            poster or self.poster, lambda: self.now,
        )  # fmt: skip

    def add(
        self, path: str = "/hook", kind: HookKind = HookKind.JSON, scope: str = GUILD, options: HookOptions = WEEKLY
    ) -> Webhook:
        secret = new_secret() if kind is HookKind.JSON else ""
        return self.hooks.add(HookOrder(scope, kind, self.web.url(path), secret, options))

    def round(self, after: timedelta = timedelta(0)) -> list[Request]:
        """The requests of a round, so much later."""
        self.now += after
        before = len(self.web.requests)
        self.courier().round()
        return self.web.requests[before:]

    def watch_tells(self, scope: str = GUILD) -> None:
        """A watch of the guild gives its story to a message."""
        order = WatchOrder(scope, "9", 5, Kind.WORDS, "Polaris")
        watch = self.watches.confirm(self.watches.propose(order).id)
        assert watch is not None
        with self.catalogue.database.write(alone=False) as connection:
            new = insert(watch_posts).values(
                watch_id=watch.id, scope=scope, state=PostState.SENT.value, at=self.now, why=""
            )
            post = connection.execute(new.returning(watch_posts.c.id)).scalar_one()
            story = story_to_json(self.story, "Polaris")
            connection.execute(
                insert(watch_stories).values(
                    watch_id=watch.id, scope=scope, item="1", state=StoryState.TOLD.value, story=story,
                    found_at=self.now, post=post,
                )
            )  # fmt: skip


@contextmanager
def hook_desk(catalogue: Catalogue) -> Iterator[HookDesk]:
    with WebServer() as web, Poster(allow_hosts=[web.host], timeout_s=2) as poster:
        yield HookDesk(catalogue, web, poster)
