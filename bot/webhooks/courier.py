"""Posts to webhooks what is due: each message once, again when it did not arrive, and never to a private address.

A message is claimed in the database before it is written, and marked there before it is sent. One that was marked by a
process that has died may have arrived: it is sent again with the same id where the receiver can tell a repeat by it;
Discord and Slack cannot, so there it is left, and `bot webhooks list` says so.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.digest.models import Order
from bot.services.digests import DigestService
from bot.services.guilds import GuildService
from bot.services.watch_posts import WatchPosts
from bot.services.watches import WatchService
from bot.services.webhook_posts import WebhookPosts
from bot.services.webhook_rows import DueHookPost, HookKind, HookPostState, Webhook
from bot.services.webhooks import WebhookService
from bot.webhooks.for_discord import discord_address, discord_message
from bot.webhooks.for_slack import slack_message
from bot.webhooks.news import DigestNews, News, WatchNews
from bot.webhooks.signed_json import json_body, signature_headers
from bot.webhooks.verdicts import Verdict, pause_after, verdict, why
from ingest.clock import Clock, utc_now
from ingest.errors import VerbatimError
from ingest.fetch.post import Posted, Poster
from ingest.processes.lifetime import repeat

log = logging.getLogger(__name__)

EVERY_S = 10.0
"""How often to look for what is due, in seconds."""
UNSEEN = "a process was stopped while it was sending this; it may have arrived, so it is not sent again"
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Courier:
    """Delivers what is due, one message after the other.

    Attributes:
        clock: what time it is, for leases and signatures.
    """

    hooks: WebhookService
    posts: WebhookPosts
    digests: DigestService
    guilds: GuildService
    watches: WatchService
    watch_posts: WatchPosts
    poster: Poster
    clock: Clock = utc_now

    def round(self, ended: Callable[[], bool] = lambda: False) -> int:
        """Send what is due to every webhook; returns how many messages arrived."""
        return sum(self._serve(hook, ended) for hook in self.hooks.active() if not ended())

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """A round every few seconds, in a thread, until the end of the `with` block."""
        stop = threading.Event()
        work = (stop, lambda: self.round(stop.is_set), EVERY_S)
        thread = threading.Thread(target=repeat, args=work, name="webhooks", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(EVERY_S)

    def _serve(self, hook: Webhook, ended: Callable[[], bool]) -> int:
        self.posts.begin(hook, self.clock())
        arrived = 0
        while not ended() and (post := self.posts.claim(hook, self.clock())):
            outcome = self._deliver(post)
            arrived += outcome is Verdict.ARRIVED
            if outcome in (Verdict.AGAIN, Verdict.GONE):
                break  # the others would fare no better
        return arrived

    def _deliver(self, post: DueHookPost) -> Verdict | None:
        """Send one message, and record what became of it."""
        hook = post.hook
        if post.sending_since is not None and not hook.kind.drops_repeats:
            log.warning("%s: %s", hook.name, UNSEEN)
            self.posts.end(post, HookPostState.DOUBTFUL, UNSEEN)
            return None
        try:
            news = self._news(post)
        except VerbatimError as error:
            log.warning("%s waits: %s", hook.name, error)
            self.posts.put_off(post, str(error), self.clock() + _A_MINUTE, failed=False)
            return None
        if news is None:
            self.posts.end(post, HookPostState.FAILED, "what it told is gone")
            return None
        now = self.clock()
        if not self.posts.sending(post, now):
            return None  # another process has it
        return self._record(post, send(self.poster, hook, news, post.message_id, now))

    def _record(self, post: DueHookPost, posted: Posted) -> Verdict:
        hook, outcome = post.hook, verdict(posted, drops_repeats=post.hook.kind.drops_repeats)
        pause = pause_after(posted, post.attempts + 1) if outcome is Verdict.AGAIN else None
        if outcome is Verdict.ARRIVED:
            self.posts.end(post, HookPostState.SENT)
            return outcome
        log.warning("%s: %s", hook.name, why(posted))
        if pause is not None:
            self.posts.put_off(post, why(posted), self.clock() + pause)
            return outcome
        state = HookPostState.DOUBTFUL if outcome is Verdict.UNKNOWN else HookPostState.FAILED
        self.posts.end(post, state, why(posted))
        if outcome is Verdict.GONE:
            log.warning("%s is switched off: its address is gone", hook.name)
            self.hooks.stop(hook.id, why(posted))
        return outcome

    def _news(self, post: DueHookPost) -> News | None:
        """What a message tells, the same at every attempt; None once it is deleted."""
        if post.watch_post is not None:
            return self._found(post, post.watch_post)
        digest_id, scopes = post.digest_id, self.guilds.scopes(post.hook.guild_id)
        if digest_id is None:
            digest_id = self._written(post, scopes)
        digest = None if digest_id is None else self.digests.find(digest_id, scopes)
        return None if digest is None else DigestNews(digest, post.due_at or post.at)

    def _written(self, post: DueHookPost, scopes: tuple[str, ...]) -> int | None:
        assert post.due_at is not None
        since, until = post.hook.timetable.window(post.due_at)
        interests = self.guilds.settings(post.hook.guild_id).digest_topics
        digest = self.digests.digester.digest(Order(since, until, scopes, interests=interests))
        digest_id = self.digests.keep(digest, post.hook.scope, private=True)
        return digest_id if self.posts.has_digest(post, digest_id) else None

    def _found(self, post: DueHookPost, watch_post: int) -> WatchNews | None:
        found = self.watch_posts.told_in(watch_post)
        watch = self.watches.find(found[0].watch_id) if found else None
        if watch is None:
            return None
        return WatchNews(watch.id, watch.kind.value, watch.text, tuple(told.story for told in found), post.at)


def send(poster: Poster, hook: Webhook, news: News, message_id: str, now: datetime) -> Posted:
    """Post one message in the form of its webhook."""
    zone, headers = ZoneInfo(hook.options.zone), {"Content-Type": "application/json"}
    if hook.kind is HookKind.DISCORD:
        return poster.post(discord_address(hook.address), _json(discord_message(news, zone)), headers)
    if hook.kind is HookKind.SLACK:
        return poster.post(hook.address, _json(slack_message(news, zone)), headers)
    body = json_body(news)
    return poster.post(hook.address, body, headers | signature_headers(body, message_id, now, hook.secret))


def _json(message: dict[str, object]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()
