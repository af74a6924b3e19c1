"""Posts the digests that are due, each once, and says so where one cannot be posted.

A digest is claimed in the database before it is sent. One that was begun by a process that is gone is looked for in the
channel first; within minutes Discord also knows it again by its nonce (developer reference, "Create Message",
`enforce_nonce`). Only guilds on this process's shards are seen here, so nobody else posts theirs.
"""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

import discord

from bot.commands.alarms import obstacle
from bot.commands.digest_pages import first_page, pages_under
from bot.commands.sending import NOBODY, files_of
from bot.crossing import Crossing
from bot.keeping.guilds import GuildSettings
from bot.keeping.records import DueDigest
from bot.render import RenderedMessage
from bot.render.digest import late
from bot.wording import digest_text
from ingest.errors import VerbatimError
from ingest.wiring import utc_now

log = logging.getLogger(__name__)

_LOOKED_AT = 50
"""Messages of the channel among which a digest is looked for that was begun before."""


class DigestPost:
    """Delivers to one guild at a time."""

    def __init__(self, crossing: Crossing) -> None:
        self._crossing = crossing
        self._kept = crossing.services.digest_keeping

    async def deliver(self, guild: discord.Guild, now: datetime | None = None) -> None:
        """Post what is due to a guild at `now`, if anything is; what fails for a while is tried again next time."""
        now = now or utc_now()
        settings = self._crossing.services.guilds.settings(guild.id)
        due = await self._crossing.quick(self._kept.claim, guild.id, settings, now)
        if due is None:
            return
        assert settings.digest_channel is not None
        if problem := obstacle(guild, settings.digest_channel):
            await self._give_up(guild, settings, due, problem, now)
            return
        channel = guild.get_channel(settings.digest_channel)
        assert isinstance(channel, discord.TextChannel)
        try:
            await self._post(channel, due, settings)
            await self._crossing.quick(self._kept.sent, due, utc_now())
        except (discord.Forbidden, discord.NotFound) as error:
            await self._give_up(guild, settings, due, digest_text.refused(error.code), now)
        except (discord.HTTPException, VerbatimError) as error:
            log.warning("the digest of server %d waits: %s", guild.id, error)
            await self._crossing.quick(self._kept.put_off, due, digest_text.PUT_OFF, now)

    async def _post(self, channel: discord.TextChannel, due: DueDigest, settings: GuildSettings) -> None:
        """The first page, with buttons to the others."""
        scopes = self._crossing.services.guilds.scopes(channel.guild.id)
        digest = await self._crossing.call(self._kept.write, due, scopes, settings.digest_topics)
        zone = ZoneInfo(settings.digest_zone)
        told_late = late(digest_text.due(due.due_at, zone)) if due.late else ""
        first, pages = await first_page(self._crossing, digest, zone, told_late)
        if due.begun_before and await _is_there(channel, due, first.content):
            return
        if not channel.permissions_for(channel.guild.me).attach_files:
            first = RenderedMessage(first.content)
        await channel.send(
            first.content,
            files=files_of(first),
            nonce=f"digest-{due.id}",
            view=pages_under(due.id, 0, pages),  # type: ignore[arg-type]
            allowed_mentions=NOBODY,
            suppress_embeds=True,
        )

    async def _give_up(
        self, guild: discord.Guild, settings: GuildSettings, due: DueDigest, why: str, now: datetime
    ) -> None:
        """Tell the moderators once, where something can be told; `/status` and the log know it in any case."""
        log.warning("the digest of server %d was not posted: %s", guild.id, why)
        if not await self._crossing.quick(self._kept.give_up, due, why, now):
            return
        for channel in _elsewhere(guild, settings):
            told = digest_text.undeliverable(settings, due.due_at, why)
            try:
                await channel.send(told, nonce=f"digest-alarm-{due.id}", allowed_mentions=NOBODY)
            except discord.HTTPException:
                continue
            return


async def undelivered_line(crossing: Crossing, guild: discord.Guild | None) -> str:
    """What an administrator should know about the last scheduled digest; "" where all is well."""
    assert guild is not None
    trouble = await crossing.quick(crossing.services.digest_keeping.undelivered, guild.id)
    settings = crossing.services.guilds.settings(guild.id)
    return "" if trouble is None else digest_text.trouble(settings, trouble)


async def _is_there(channel: discord.TextChannel, due: DueDigest, page: str) -> bool:
    """Whether the digest stands in the channel already, as far as its history may be read.

    Known by its heading; that of a /digest which somebody asked for is the answer to an interaction.
    """
    heading = page.partition("\n")[0]
    if not channel.permissions_for(channel.guild.me).read_message_history:
        return False
    async for message in channel.history(limit=_LOOKED_AT, after=due.due_at):
        own = message.author.id == channel.guild.me.id and message.interaction_metadata is None
        if own and message.content.partition("\n")[0] == heading:
            return True
    return False


def _elsewhere(guild: discord.Guild, settings: GuildSettings) -> list[discord.TextChannel]:
    """Where moderators look: their alarm channel, the channel for Discord's own notices, the system channel."""
    chosen = guild.get_channel(settings.alarm_channel) if settings.alarm_channel else None
    places = (chosen, guild.public_updates_channel, guild.system_channel)
    found = [place for place in places if isinstance(place, discord.TextChannel)]
    return [place for place in dict.fromkeys(found) if not obstacle(guild, place.id)]
