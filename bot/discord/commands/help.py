"""/help, and the greeting of a server that the bot joins."""

from __future__ import annotations

from contextlib import suppress

import discord
from discord import app_commands

from bot.discord.interactions.sending import NOBODY
from bot.discord.messages import discord_text


def help_command() -> app_commands.Command[app_commands.Group, ..., None]:
    """/help."""

    @app_commands.command(name="help", description="What I can do and how to begin")
    async def show_help(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message(discord_text.HELP, ephemeral=True, allowed_mentions=NOBODY)

    return show_help


async def greet(guild: discord.Guild) -> None:
    """Say hello and what to do next, in the first channel where the bot may write; silently nowhere."""
    channels = [guild.system_channel, *guild.text_channels]
    for channel in channels:
        if channel is not None and _may_write(channel, guild):
            with suppress(discord.NotFound, discord.Forbidden):  # gone or closed meanwhile: the next one will do
                await channel.send(discord_text.GREETING, allowed_mentions=NOBODY, suppress_embeds=True)
                return


def _may_write(channel: discord.TextChannel, guild: discord.Guild) -> bool:
    permissions = channel.permissions_for(guild.me)
    return permissions.view_channel and permissions.send_messages
