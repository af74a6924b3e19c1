"""Posts what watches have found, each message once.

Messages are claimed in the database before they are sent, and marked there: one that was marked by a process that has
died may have arrived, and is searched for first (`delivery_check.py`). If that is inconclusive, it is not sent again.
In a forum each story is a post of its own (`forums.py`).
Only watches on this process's shards are handled here; those in direct messages belong to shard 0.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import discord

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.watch_buttons import under_stories
from bot.discord.interactions.languages import servers
from bot.discord.interactions.sending import CONNECTION_LOST, NOBODY, body_of
from bot.discord.messages import digest_text, watch_text
from bot.discord.posting.delivery_check import Place, Whereabouts, whereabouts
from bot.discord.posting.forums import find_post, obstacle_in, open_post, tags_of, title_of
from bot.render import RenderedMessage
from bot.render.watch import told
from bot.services.watch_posts import TOGETHER
from bot.services.watch_rows import DuePost, FoundStory, Watch
from bot.translation import _, speak
from ingest.clock import utc_now
from ingest.errors import VerbatimError

log = logging.getLogger(__name__)

_PUT_OFF = "Discord did not take it"
"""Why a message waits, in the database; `/source health` says it in other words."""


class WatchDelivery:
    """Looks for what is new, and posts what is due."""

    def __init__(self, bridge: ServiceBridge) -> None:
        self._bridge = bridge
        self._posts = bridge.services.watch_posts

    async def deliver(self, client: discord.Client, ours: Callable[[int | None], bool]) -> None:
        """Find and post; temporary failures are retried next time.

        Args:
            ours: whether a guild's watches belong to this process; None stands for direct messages.
        """
        watches = await self._bridge.call_fast(self._bridge.services.watches.active, ours)
        if not watches:
            return
        await self._bridge.call(self._bridge.services.watch_finder.look, ours)
        due = await self._bridge.call_fast(self._posts.due, utc_now())
        for watch in watches:
            if watch.id in due:
                await self._deliver(client, watch)

    async def _deliver(self, client: discord.Client, watch: Watch) -> None:
        guild = client.get_guild(watch.guild_id) if watch.guild_id is not None else None
        if watch.guild_id is not None and (guild is None or guild.unavailable):
            return
        speak(servers(self._bridge.services.guilds.settings(watch.guild_id), guild))
        in_forum = guild is not None and isinstance(guild.get_channel(watch.channel_id), discord.ForumChannel)
        together = 1 if in_forum else TOGETHER
        while post := await self._bridge.call_fast(self._posts.claim, watch, utc_now(), together):
            try:
                await self._post(await _place(client, guild, watch), post)
            except _Closed as closed:
                await self._give_up(watch, post, closed.why)
                return
            except (discord.Forbidden, discord.NotFound) as error:
                await self._give_up(watch, post, digest_text.refused(error.code))
                return
            except (discord.HTTPException, *CONNECTION_LOST, VerbatimError) as error:
                log.warning("what watch %d found waits: %s", watch.id, error)
                await self._bridge.call_fast(self._posts.put_off, post, _PUT_OFF, utc_now())
                return

    async def _post(self, channel: Place | discord.ForumChannel, post: DuePost) -> None:
        stories = await self._bridge.call_fast(self._posts.stories, post)
        watch, settings = post.watch, self._bridge.services.guilds.settings(post.watch.guild_id)
        ping = f"<@&{watch.options.role_id}>" if watch.options.role_id else ""
        told_of, zone = [found.story for found in stories], ZoneInfo(settings.digest_zone)
        pages = told(told_of, watch.text, zone, ping, cards=settings.cards) if stories else []
        began, articles = post.sending_since, [card.id for found in stories for card in found.story.articles]
        for n, page in enumerate(pages):
            place, sent = await _looked_for(channel, page, stories, began)
            if place is Whereabouts.UNKNOWN:
                log.warning("what watch %d found may be missing in channel %d", watch.id, channel.id)
                await self._bridge.call_fast(self._posts.doubt, post, digest_text.UNSEEN, utc_now())
                return
            if place is Whereabouts.THERE:
                channel = await self._found(channel, watch, sent, articles)
                continue
            known = began if place is Whereabouts.RECOGNISED else None
            if not await self._bridge.call_fast(self._posts.sending, post, known or utc_now()):
                log.warning("what watch %d found is posted by another process", watch.id)
                return
            message = await _send(channel, post, n, page, stories, last=n == len(pages) - 1)
            await self._bridge.call_fast(self._bridge.services.postings.note, message.id, watch.scope, articles)
            if isinstance(channel, discord.ForumChannel):
                channel = _thread(message)
        await self._bridge.call_fast(self._posts.sent, post, utc_now())

    async def _found(
        self, channel: Place | discord.ForumChannel, watch: Watch, sent: int | None, articles: Sequence[str]
    ) -> Place | discord.ForumChannel:
        """What had arrived is remembered too; where the rest goes."""
        if sent is None:
            return channel
        await self._bridge.call_fast(self._bridge.services.postings.note, sent, watch.scope, articles)
        thread = await channel.guild.fetch_channel(sent) if isinstance(channel, discord.ForumChannel) else channel
        return thread if isinstance(thread, discord.Thread) else channel

    async def _give_up(self, watch: Watch, post: DuePost, why: str) -> None:
        """The watch is stopped: what it finds cannot be told. `/watch list` says so."""
        log.warning("watch %d is stopped: %s", watch.id, why)
        await self._bridge.call_fast(self._posts.give_up, post, why, utc_now())
        await self._bridge.call_fast(self._bridge.services.watches.stop, watch.id, why)


class _Closed(Exception):
    """Nothing can be posted there, and why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def _place(client: discord.Client, guild: discord.Guild | None, watch: Watch) -> Place | discord.ForumChannel:
    """The channel, forum, thread or direct messages that a watch tells in.

    Raises:
        discord.HTTPException: it is gone, or the bot does not see it.
    """
    if guild is None:
        user = await client.fetch_user(int(watch.owner_id))
        return await user.create_dm()
    channel = guild.get_channel_or_thread(watch.channel_id) or await guild.fetch_channel(watch.channel_id)
    if isinstance(channel, discord.TextChannel | discord.Thread | discord.ForumChannel):
        return channel
    raise VerbatimError("cannot post in", f"channel {watch.channel_id}", _(watch_text.ELSEWHERE))


async def _looked_for(
    channel: Place | discord.ForumChannel, page: RenderedMessage, stories: Sequence[FoundStory], began: datetime | None
) -> tuple[Whereabouts, int | None]:
    """Where a message is whose sending began at that time, and its id if it is a post of a forum."""
    if began is None:
        return Whereabouts.NOWHERE, None
    if isinstance(channel, discord.ForumChannel):
        return await find_post(channel, {title_of(stories[0].story.title)}, began)
    words = page.content.split()  # the same whether it was sent as plain text or as a card
    same = await whereabouts(channel, lambda text: text.split() == words, began, utc_now())
    return same, None


async def _send(
    channel: Place | discord.ForumChannel,
    post: DuePost,
    n: int,
    page: RenderedMessage,
    stories: Sequence[FoundStory],
    *,
    last: bool,
) -> discord.Message | discord.Thread:
    """One message, with the buttons under the last; the role of the watch is the only one whom it may notify.

    Raises:
        _Closed: the forum takes no such post.
    """
    role = post.watch.options.role_id if n == 0 else None
    pings = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(role)]) if role else NOBODY
    view = under_stories(post.id, post.watch, stories) if last else None
    if isinstance(channel, discord.ForumChannel):
        sources = {found.story.quotes[0].article.source or "" for found in stories}
        tags = tags_of(channel, [*sources, post.watch.text])
        if why := obstacle_in(channel, tags):
            raise _Closed(why)
        return await open_post(channel, title_of(stories[0].story.title), page, tags, view, pings)
    attaches = isinstance(channel, discord.DMChannel) or channel.permissions_for(channel.guild.me).attach_files
    return await channel.send(
        **body_of(page, view, attaches=attaches),
        nonce=f"watch-{post.id}-{n}",
        allowed_mentions=pings,
        suppress_embeds=True,
    )


def _thread(opened: discord.Message | discord.Thread) -> discord.Thread:
    assert isinstance(opened, discord.Thread)
    return opened
