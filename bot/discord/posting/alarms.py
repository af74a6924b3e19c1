"""Posts alarms about a server's sources, each once, in the channel its moderators chose."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot.discord.bridge import ServiceBridge
from bot.discord.interactions.languages import servers
from bot.discord.interactions.sending import NOBODY, obstacle
from bot.discord.messages import source_messages
from bot.translation import speak

if TYPE_CHECKING:
    from ingest.catalogue.alarms import Alarm

log = logging.getLogger(__name__)
_TOGETHER = 5
"""Alarms posted, and marked as posted, together: a network outage must not fill a channel."""


class AlarmBell:
    """Posts the alarms that are waiting.

    One process at a time posts a guild's alarms, and an alarm is marked after Discord accepted it. A process that is
    killed in between is followed by another, which posts it again: Discord detects that by the nonce (developer
    reference, "Create Message", `enforce_nonce`).
    """

    def __init__(self, bridge: ServiceBridge) -> None:
        self._bridge = bridge
        self._warned: dict[int, int] = {}

    async def ring(self, guild: discord.Guild) -> None:
        """Post what is waiting, oldest first; what cannot be posted stays in the queue and is logged once per alarm."""
        alarms, claims = self._bridge.services.alarms, self._bridge.services.claims
        settings = self._bridge.services.guilds.settings(guild.id)
        channel_id = settings.alarm_channel
        if channel_id is None or not await self._bridge.call_fast(alarms.waiting, guild.id):
            return
        claim = await self._bridge.call_fast(claims.take, f"alarms of {guild.id}")
        if claim is None:  # another process is posting them
            return
        try:
            # Another process may have posted them just before.
            if waiting := await self._bridge.call_fast(alarms.waiting, guild.id):
                speak(servers(settings, guild))
                await self._post(guild, channel_id, waiting)
        finally:
            await self._bridge.call_fast(claims.give_back, claim)

    async def _post(self, guild: discord.Guild, channel_id: int, waiting: Sequence[Alarm]) -> None:
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
            await self._bridge.call_fast(self._bridge.services.alarms.mark_posted, guild.id, together[-1].id)

    def _warn(self, guild: discord.Guild, waiting: Sequence[Alarm], problem: str) -> None:
        newest = waiting[-1].id
        if self._warned.get(guild.id) != newest:
            self._warned[guild.id] = newest
            log.warning("%d alarms cannot be posted on server %d: %s", len(waiting), guild.id, problem)


async def _tell(channel: discord.TextChannel, alarms: Sequence[Alarm]) -> None:
    for n, content in enumerate(source_messages.alarm_messages(alarms)):
        nonce = f"alarm-{alarms[0].id}-{n}"
        await channel.send(content, nonce=nonce, allowed_mentions=NOBODY, suppress_embeds=True)
