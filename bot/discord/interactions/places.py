"""Channels that people choose in commands."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.discord.interactions.permissions import Interaction

Chosen = app_commands.AppCommandChannel | app_commands.AppCommandThread


class _Chosen(app_commands.Transformer):
    """A channel of the given types, and no media channel, which discord.py counts as a forum."""

    types: tuple[discord.ChannelType, ...] = ()

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return list(self.types)

    async def transform(self, interaction: Interaction, value: Any, /) -> Chosen:
        assert isinstance(value, app_commands.AppCommandChannel | app_commands.AppCommandThread)
        return value


class _TextOrForum(_Chosen):
    types = (discord.ChannelType.text, discord.ChannelType.forum)


class _NewsOrForum(_Chosen):
    types = (discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum)


class _Anywhere(_Chosen):
    types = (
        *_NewsOrForum.types,
        discord.ChannelType.public_thread,
        discord.ChannelType.private_thread,
        discord.ChannelType.news_thread,
    )


TextOrForum = app_commands.Transform[Chosen, _TextOrForum]
"""Where people ask."""
NewsOrForum = app_commands.Transform[Chosen, _NewsOrForum]
"""Where the bot posts what everybody is to read."""
Anywhere = app_commands.Transform[Chosen, _Anywhere]
"""Where the bot may post anything."""


def forum_of(guild: discord.Guild | None, channel_id: int) -> discord.ForumChannel | None:
    """The forum with this id; None for any other channel."""
    channel = guild.get_channel(channel_id) if guild is not None else None
    return channel if isinstance(channel, discord.ForumChannel) else None
