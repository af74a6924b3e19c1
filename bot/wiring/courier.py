"""Who posts to webhooks, in the bot and where no bot runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.settings import BotSettings
from bot.wiring.answering import make_digester, make_usage
from ingest.wiring import Searchable, open_poster

if TYPE_CHECKING:
    from bot.services.digests import DigestService
    from bot.services.guilds import GuildService
    from bot.services.watch_posts import WatchPosts
    from bot.services.watches import WatchService
    from bot.webhooks.courier import Courier
    from ingest.catalogue.database import Database


@contextmanager
def make_courier(settings: BotSettings, corpus: Searchable) -> Iterator[Courier]:
    """Who posts to webhooks, over an open corpus, where no bot runs."""
    from bot.services.digests import DigestService
    from bot.services.guilds import GuildService
    from bot.services.watch_posts import WatchPosts
    from bot.services.watches import WatchService

    catalogue, model = corpus.catalogue, corpus.search.model
    digests = DigestService(catalogue, make_digester(settings, corpus, make_usage(settings, catalogue.database)), model)
    guilds, watches = GuildService(catalogue.database), WatchService(catalogue, model)
    with open_courier(settings, catalogue.database, digests, guilds, watches, WatchPosts(catalogue)) as courier:
        yield courier


@contextmanager
def open_courier(
    settings: BotSettings,
    database: Database,
    digests: DigestService,
    guilds: GuildService,
    watches: WatchService,
    watch_posts: WatchPosts,
) -> Iterator[Courier]:
    """The same over services that are there."""
    from bot.services.webhook_posts import WebhookPosts
    from bot.services.webhooks import WebhookService
    from bot.webhooks.courier import Courier

    with open_poster(settings) as poster:
        hooks, posts = WebhookService(database), WebhookPosts(database)
        yield Courier(hooks, posts, digests, guilds, watches, watch_posts, poster)
