"""Tells a server's moderators what happened to its sources, each alarm once, in the channel they chose."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot.commands.sending import NOBODY
from bot.crossing import Crossing
from bot.wording import discord_text, source_text

if TYPE_CHECKING:
    from ingest.catalogue.alarms import Alarm

log = logging.getLogger(__name__)

_TOGETHER = 5
"""Alarms told, and noted as told, at once: a bad day of the network must not fill a channel."""


class AlarmBell:
    """Rings where something waits to be told.

    What was told is noted after Discord took it. A process that is killed between the two tells it once more, which
    Discord recognises by the nonce (developer reference, "Create Message", `enforce_nonce`).
    """

    def __init__(self, crossing: Crossing) -> None:
        self._crossing = crossing
        self._warned: dict[int, int] = {}

    async def ring(self, guild: discord.Guild) -> None:
        """Tell what waits, oldest first; what cannot be told waits on, and the log says so, once for each alarm."""
        alarms = self._crossing.services.alarms
        channel_id = self._crossing.services.guilds.settings(guild.id).alarm_channel
        if channel_id is None or not (waiting := await self._crossing.quick(alarms.waiting, guild.id)):
            return
        if problem := obstacle(guild, channel_id):
            self._warn(guild, waiting, problem)
            return
        channel = guild.get_channel(channel_id)
        assert isinstance(channel, discord.TextChannel)
        for start in range(0, len(waiting), _TOGETHER):
            together = waiting[start : start + _TOGETHER]
            try:
                await _tell(channel, together)
            except discord.HTTPException as error:
                self._warn(guild, together, f"HTTP {error.status}, code {error.code}")
                return
            await self._crossing.quick(alarms.told, guild.id, together[-1].id)

    def _warn(self, guild: discord.Guild, waiting: Sequence[Alarm], problem: str) -> None:
        newest = waiting[-1].id
        if self._warned.get(guild.id) != newest:
            self._warned[guild.id] = newest
            log.warning("%d alarms wait to be told on server %d: %s", len(waiting), guild.id, problem)


async def alarms_line(crossing: Crossing, guild: discord.Guild | None) -> str:
    """What an administrator should know about the alarms of a server; "" where all is well."""
    assert guild is not None
    channel_id = crossing.services.guilds.settings(guild.id).alarm_channel
    problem = obstacle(guild, channel_id) if channel_id else ""
    waiting = len(await crossing.quick(crossing.services.alarms.waiting, guild.id)) if problem else 0
    return discord_text.alarms_state(channel_id, waiting, problem)


def obstacle(guild: discord.Guild, channel_id: int) -> str:
    """Why nothing can be told in a channel, "" where it can."""
    channel = guild.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        return discord_text.ALARM_CHANNEL_GONE
    permissions = channel.permissions_for(guild.me)
    return "" if permissions.view_channel and permissions.send_messages else discord_text.ALARM_CHANNEL_CLOSED


async def _tell(channel: discord.TextChannel, alarms: Sequence[Alarm]) -> None:
    for n, content in enumerate(source_text.alarms_told(alarms)):
        nonce = f"alarm-{alarms[0].id}-{n}"
        await channel.send(content, nonce=nonce, allowed_mentions=NOBODY, suppress_embeds=True)
