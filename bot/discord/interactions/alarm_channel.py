"""Whether the bot can write in the channel where a server's moderators want to hear of alarms."""

from __future__ import annotations

import discord

from bot.discord.bridge import ServiceBridge
from bot.discord.messages import discord_text


async def alarms_line(bridge: ServiceBridge, guild: discord.Guild | None) -> str:
    """What an administrator should know about the alarms of a server; "" where all is well."""
    assert guild is not None
    channel_id = bridge.services.guilds.settings(guild.id).alarm_channel
    problem = obstacle(guild, channel_id) if channel_id else ""
    waiting = len(await bridge.call_fast(bridge.services.alarms.waiting, guild.id)) if problem else 0
    return discord_text.alarms_state(channel_id, waiting, problem)


def obstacle(guild: discord.Guild, channel_id: int) -> str:
    """Why nothing can be told in a channel, "" where it can."""
    channel = guild.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        return discord_text.ALARM_CHANNEL_GONE
    permissions = channel.permissions_for(guild.me)
    return "" if permissions.view_channel and permissions.send_messages else discord_text.ALARM_CHANNEL_CLOSED
