"""Posts the digests that are due, each once, and says so where one cannot be posted.

A digest is claimed in the database before it is written, and marked there before it is sent to Discord. One that was
marked by a process that has died may have arrived: it is searched for first (`delivery_check.py`). If that is
inconclusive, it is not sent again, and moderators get a button that shows it. A process that was held up until another
claimed its digest does not send it. In a forum a digest is a post of its own (`forums.py`). Only guilds on this
process's shards are handled here.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.digest_pages import PageButton, pictured, under_page
from bot.discord.interactions.languages import servers
from bot.discord.interactions.sending import CONNECTION_LOST, NOBODY, body_of, obstacle
from bot.discord.messages import digest_text
from bot.discord.posting.delivery_check import Whereabouts, whereabouts
from bot.discord.posting.forums import digest_obstacle, digest_tags, find_post, open_post, title_of
from bot.render import RenderedMessage
from bot.render.digest import headings, late
from bot.services.guilds import GuildSettings
from bot.services.records import DueDigest
from bot.translation import _, speak
from ingest.clock import utc_now
from ingest.errors import VerbatimError

log = logging.getLogger(__name__)

_Place = discord.TextChannel | discord.ForumChannel
_PLACES = (discord.TextChannel, discord.ForumChannel)


class DigestPost:
    """Delivers to one guild at a time."""

    def __init__(self, bridge: ServiceBridge) -> None:
        self._bridge = bridge
        self._kept = bridge.services.digests

    async def deliver(self, guild: discord.Guild, now: datetime | None = None) -> None:
        """Post the digest that is due in a guild at `now`, if any; temporary failures are retried next time."""
        now = now or utc_now()
        settings = self._bridge.services.guilds.settings(guild.id)
        due = await self._bridge.call_fast(self._kept.claim, guild.id, settings, now)
        if due is None:
            return
        speak(servers(settings, guild))
        assert settings.digest_channel is not None
        channel = guild.get_channel(settings.digest_channel)
        problem = (
            digest_obstacle(channel)
            if isinstance(channel, discord.ForumChannel)
            else obstacle(guild, settings.digest_channel)
        )
        if problem:
            await self._give_up(guild, settings, due, problem, now)
            return
        assert isinstance(channel, _PLACES)
        try:
            await self._post(channel, due, settings)
        except (discord.Forbidden, discord.NotFound) as error:
            await self._give_up(guild, settings, due, digest_text.refused(error.code), now)
        except (discord.HTTPException, *CONNECTION_LOST, VerbatimError) as error:
            log.warning("the digest of server %d waits: %s", guild.id, error)
            await self._bridge.call_fast(self._kept.put_off, due, digest_text.PUT_OFF, now)

    async def _post(self, channel: _Place, due: DueDigest, settings: GuildSettings) -> None:
        """Send the first page, unless it has arrived already or that cannot be known."""
        scopes = self._bridge.services.guilds.scopes(channel.guild.id)
        digest = await self._bridge.call(self._kept.write, due, scopes, settings.digest_topics)
        zone = ZoneInfo(settings.digest_zone)
        told_late = late(digest_text.due(due.due_at, zone)) if due.late else ""
        pages = await pictured(self._bridge, digest, zone, told_late, cards=settings.cards)
        place = await _looked_for(channel, headings(digest, zone), due.sending_since)
        if place is Whereabouts.UNKNOWN:
            await self._doubt(channel, settings, due)
            return
        if place is not Whereabouts.THERE:
            known = due.sending_since if place is Whereabouts.RECOGNISED else None
            if not await self._bridge.call_fast(self._kept.sending, due, known or utc_now()):
                log.warning("the digest of server %d is posted by another process", channel.guild.id)
                return
            await _send(channel, due, pages[0], under_page(due.id, digest, pages))
        await self._bridge.call_fast(self._kept.sent, due, utc_now())

    async def _doubt(self, channel: _Place, settings: GuildSettings, due: DueDigest) -> None:
        """Notify the moderators that it may be missing, with a button that shows it."""
        log.warning("the digest of server %d may be missing in channel %d", channel.guild.id, channel.id)
        await self._bridge.call_fast(self._kept.doubt, due, digest_text.UNSEEN, utc_now())
        view = ui.View(timeout=None).add_item(PageButton(due.id, 0, _(digest_text.SHOW_IT)))
        await _tell(channel.guild, settings, due, digest_text.doubtful(settings, due.due_at), view)

    async def _give_up(
        self, guild: discord.Guild, settings: GuildSettings, due: DueDigest, why: str, now: datetime
    ) -> None:
        """Notify the moderators once, where possible; `/status` and the log have it in any case."""
        log.warning("the digest of server %d was not posted: %s", guild.id, why)
        if not await self._bridge.call_fast(self._kept.give_up, due, why, now):
            return
        await _tell(guild, settings, due, digest_text.undeliverable(settings, due.due_at, why))


async def undelivered_line(bridge: ServiceBridge, guild: discord.Guild | None) -> str:
    """What an administrator should know about the last scheduled digest; "" if all is well."""
    assert guild is not None
    trouble = await bridge.call_fast(bridge.services.digests.undelivered, guild.id)
    settings = bridge.services.guilds.settings(guild.id)
    return "" if trouble is None else digest_text.trouble(settings, trouble)


def _heading(page: RenderedMessage) -> str:
    return page.content.partition("\n")[0]


async def _looked_for(channel: _Place, known: Collection[str], began: datetime | None) -> Whereabouts:
    """Where the first page is whose sending began at that time; `known`: the headings that it may have."""
    if began is None:
        return Whereabouts.NOWHERE
    if isinstance(channel, discord.ForumChannel):
        return (await find_post(channel, set(map(_title_of, known)), began))[0]
    return await whereabouts(channel, lambda text: text.partition("\n")[0] in known, began, utc_now())


def _title_of(heading: str) -> str:
    """The digest's days, as its heading tells them."""
    return title_of(heading.lstrip("# "))


async def _send(channel: _Place, due: DueDigest, page: RenderedMessage, view: ui.View | None) -> None:
    """The first page, with what leads to the others."""
    if isinstance(channel, discord.ForumChannel):
        await open_post(channel, _title_of(_heading(page)), page, digest_tags(channel), view)
        return
    attaches = channel.permissions_for(channel.guild.me).attach_files
    await channel.send(
        **body_of(page, view, attaches=attaches),
        nonce=f"digest-{due.id}",
        allowed_mentions=NOBODY,
        suppress_embeds=True,
    )


async def _tell(
    guild: discord.Guild, settings: GuildSettings, due: DueDigest, told: str, view: ui.View | None = None
) -> None:
    """Notify moderators in the first channel that accepts the message."""
    for channel in _elsewhere(guild, settings):
        try:
            await channel.send(
                told, nonce=f"digest-alarm-{due.id}", view=view, allowed_mentions=NOBODY,  # type: ignore[arg-type]
            )  # fmt: skip
        except (discord.HTTPException, *CONNECTION_LOST):
            continue
        return


def _elsewhere(guild: discord.Guild, settings: GuildSettings) -> list[discord.TextChannel]:
    """Channels that moderators read: the alarm channel, the one for Discord's own notices, the system channel, the
    digests' own channel; only those the bot may write in."""
    chosen, own = (guild.get_channel(n) if n else None for n in (settings.alarm_channel, settings.digest_channel))
    places = (chosen, guild.public_updates_channel, guild.system_channel, own)
    found = [place for place in places if isinstance(place, discord.TextChannel)]
    return [place for place in dict.fromkeys(found) if not obstacle(guild, place.id)]
