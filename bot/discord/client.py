"""The Discord client: what the bot listens to, and what it does by itself.

No privileged intent: mentions, replies, direct messages and slash commands need none (Discord developer reference,
"Message Content Intent": these messages arrive whole without it).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.answer_buttons import AnswerButton, ContextButton
from bot.discord.buttons.digest_pages import MoreMenu, PageButton
from bot.discord.buttons.gap_buttons import GapButton
from bot.discord.buttons.privacy_button import PrivacyButton
from bot.discord.buttons.source_buttons import SourceButton
from bot.discord.buttons.watch_buttons import WatchButton, WatchMenu
from bot.discord.commands.ask import addresses, answer_message
from bot.discord.commands.first_minutes import PackButton, PackMenu, TryButton
from bot.discord.commands.follow_up import FollowUpButton
from bot.discord.commands.information import greet
from bot.discord.commands.settings import known_zones
from bot.discord.commands.tree import CommandTree, Synced
from bot.discord.interactions.errors import fail, trace
from bot.discord.interactions.languages import servers
from bot.discord.interactions.sending import NOBODY, plain, reply
from bot.discord.messages import discord_text
from bot.discord.messages.status_text import start_report
from bot.discord.posting.alarms import AlarmBell
from bot.discord.posting.digest_delivery import DigestPost
from bot.discord.posting.watch_delivery import WatchDelivery
from bot.discord.rate_limits import RateLimiter
from bot.services import Services
from bot.translation import _, speak
from ingest.errors import VerbatimError

log = logging.getLogger(__name__)

_PATIENCE_S = 10.0
"""How long a stop waits for answers under way."""

_MINUTE_S, _DAY_S = 60.0, 86_400.0
_WATCH_S = 10.0
"""How often watches are looked after: so long at most an article that was read waits to be told."""
_AGAIN_S = 5.0
_ANOTHER_SYNCS_S = 5.0
"""How often to look whether another process has registered the commands."""
_FORGOTTEN_MENTION = timedelta(minutes=1)

_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    attach_files=True,
)


class VerbatimClient(discord.AutoShardedClient):
    """Receives Discord's events and hands them to `bot.discord.commands`.

    Args:
        services: called in threads only.
        rate_limiter: decides whether a question is admitted.
        reads_everything: ask for the Message Content intent, which channels with `every_message` need.
        asks_for_gateway: whether to ask the server for the address of its gateway before connecting. discord.py
            knows Discord's own and falls back to it, so any other server must be asked.
        direct_messages: whether direct messages are answered; they come to shard 0.
        shard_ids: the shards of this process; empty: all.
        shard_count: of all processes together; 0: as Discord recommends.
    """

    def __init__(
        self,
        services: Services,
        rate_limiter: RateLimiter,
        *,
        reads_everything: bool = False,
        asks_for_gateway: bool = False,
        direct_messages: bool = True,
        shard_ids: Sequence[int] = (),
        shard_count: int = 0,
    ) -> None:
        super().__init__(
            shard_ids=list(shard_ids) or None,  # type: ignore[arg-type]  # None: all
            shard_count=shard_count or None,
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=reads_everything
            ),
            allowed_mentions=NOBODY,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.bridge = ServiceBridge(services, rate_limiter)
        self.tree = CommandTree(self, self.bridge, direct_messages=direct_messages)
        self._direct_messages = direct_messages
        self.stopping = False
        self._bell = AlarmBell(self.bridge)
        self._post = DigestPost(self.bridge)
        self._watch = WatchDelivery(self.bridge)
        self._chores: list[asyncio.Task[None]] = []
        self._asks_for_gateway = asks_for_gateway

    async def setup_hook(self) -> None:
        if self._asks_for_gateway:
            _, gateway, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        self.add_dynamic_items(
            *(AnswerButton, ContextButton, FollowUpButton, GapButton, MoreMenu, PackButton, PackMenu, PageButton),
            *(PrivacyButton, SourceButton, TryButton, WatchButton, WatchMenu),
        )
        for pause_s, chore in (
            (_DAY_S, self._tidy),
            (_MINUTE_S, self.ring),
            (_MINUTE_S, self.deliver),
            (_WATCH_S, self.watch),
            (_MINUTE_S, self._forget_counts),
        ):
            self._chores.append(asyncio.create_task(_repeat(pause_s, chore)))
        await self.bridge.call_fast(
            known_zones
        )  # in a thread: loading them during the first command would block the loop for 40 ms
        if await self.tree.sync_if_changed(Route.BASE) is Synced.BY_ANOTHER:
            self._chores.append(asyncio.create_task(self._see_to_the_commands()))

    async def _see_to_the_commands(self) -> None:
        """Another process registers the commands: see that it does."""
        while True:
            await asyncio.sleep(_ANOTHER_SYNCS_S)
            with suppress(discord.HTTPException, VerbatimError):
                if await self.tree.sync_if_changed(Route.BASE) is not Synced.BY_ANOTHER:
                    return

    async def _tidy(self) -> None:
        await self.bridge.call_fast(self.bridge.services.retention.tidy)

    async def _forget_counts(self) -> None:
        if counts := self.bridge.services.question_counts:
            await self.bridge.call_fast(counts.forget_old)

    async def ring(self) -> None:
        """Post new alarms about sources to every server."""
        for guild in self.guilds:
            if not guild.unavailable:
                await self._bell.ring(guild)

    async def deliver(self, now: datetime | None = None) -> None:
        """Post the digests that are due."""
        for guild in self.guilds:
            if not (guild.unavailable or self.stopping):
                await self._post.deliver(guild, now)

    async def watch(self) -> None:
        """Post what watches have found."""
        if self.is_ready() and not self.stopping:
            await self._watch.deliver(self, self._is_ours)

    async def on_ready(self) -> None:
        while True:
            try:
                await self._catch_up()
            except VerbatimError as error:  # such as a database that is away
                log.warning("%s", error)
                await asyncio.sleep(_AGAIN_S)
            else:
                return

    async def _catch_up(self) -> None:
        """See to what happened while the bot was offline."""
        present = {guild.id for guild in self.guilds}
        await self.bridge.call_fast(self.bridge.services.retention.here, present, self._is_ours)
        standing = await self.bridge.call(self.bridge.services.sources.standing)
        log.info("connected as %s, on %d servers; %s", self.user, len(self.guilds), start_report(standing))
        self._warn_of_what_it_cannot_read()
        if not self.guilds and self.application_id:
            invite = discord.utils.oauth_url(
                self.application_id, permissions=_PERMISSIONS, scopes=("bot", "applications.commands")
            )
            log.info("invite me to a server: %s", invite)
        await self.ring()
        await self.deliver()
        await self.watch()

    def _warn_of_what_it_cannot_read(self) -> None:
        """Log what the operator has to enable; servers are only told that they wait for it."""
        settings = self.bridge.services.guilds.settings
        waiting = sum(bool(settings(guild.id).answer_channels) for guild in self.guilds)
        if waiting and not self.intents.message_content:
            log.warning(
                "%d servers have channels where every message is a question, which takes DISCORD_MESSAGE_CONTENT=true "
                "and the Message Content Intent at https://discord.com/developers/applications (your application, Bot)",
                waiting,
            )

    def _is_ours(self, guild_id: int | None) -> bool:
        """Whether a guild is on a shard of this process (developer reference, "Sharding Formula"); direct messages
        (None) are on shard 0."""
        mine = self.shard_ids or range(self.shard_count or 1)
        return ((guild_id or 0) >> 22) % (self.shard_count or 1) in mine

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Within a minute, editing a message to add a forgotten mention counts as asking."""
        edited = payload.message
        if edited.edited_at is not None and edited.edited_at - edited.created_at <= _FORGOTTEN_MENTION:
            await self.on_message(edited)

    async def on_message(self, message: discord.Message) -> None:
        me = self.user
        settings = self.bridge.services.guilds.settings(message.guild.id if message.guild else None)
        if me is None or self.stopping or not addresses(message, me, settings):
            return
        if not self.bridge.rate_limiter.first(message.id):
            return
        speak(servers(settings, message.guild))
        try:
            if message.guild is None and not self._direct_messages:
                if self.bridge.rate_limiter.first(message.channel.id):  # warn only once
                    await reply(message, plain([_(discord_text.NO_DIRECT_MESSAGES)]))
            else:
                await answer_message(self.bridge, message, me)
        except discord.Forbidden as error:
            log.warning("a message: the bot may not answer in channel %d: code %s", message.channel.id, error.code)
            await self._tell_once_that_it_may_not(message)
        except Exception as error:
            await fail(error, "a message", lambda text: reply(message, plain([text])))

    async def _tell_once_that_it_may_not(self, message: discord.Message) -> None:
        """The person who asked is told in a direct message, the first time it happens in a channel."""
        if message.guild is not None and self.bridge.rate_limiter.first(message.channel.id):
            with suppress(discord.HTTPException):
                await message.author.send(discord_text.may_not_write(message.guild.name), allowed_mentions=NOBODY)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._note(self.bridge.services.retention.left, guild)

    async def _note(self, what: Callable[[int], None], guild: discord.Guild) -> None:
        """Store that the bot came or went; what cannot be stored now is found out when it connects again."""
        try:
            await self.bridge.call_fast(what, guild.id)
        except VerbatimError as error:
            log.warning("%s", error)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        try:
            await greet(guild, self.bridge)
        finally:
            await self._note(self.bridge.services.retention.joined, guild)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log failures of events that no user triggered."""
        error = sys.exception()
        log.error("%s failed: %s", event_method, trace(error) if error else "")

    async def finish(self) -> None:
        """Accept no more questions and finish those under way."""
        self.stopping = True
        if not await self.bridge.finish(_PATIENCE_S):
            log.warning("stopping although answers are under way")

    async def close(self) -> None:
        for chore in self._chores:
            chore.cancel()
        await super().close()


async def _repeat(pause_s: float, chore: Callable[[], Awaitable[None]]) -> None:
    """Run a chore periodically; a failure is logged, and the chore runs again next time."""
    while True:
        try:
            await chore()
        except VerbatimError as error:
            log.warning("%s", error)
        except Exception as error:  # a bug must be visible without ending unrelated work
            log.error("a chore failed: %s", trace(error))
        await asyncio.sleep(pause_s)
