"""/why and /status: how the reading is going. For administrators (`permissions.py`)."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.commands.alarms import alarms_line
from bot.commands.delivering import undelivered_line
from bot.commands.permissions import Interaction, managers_only
from bot.commands.sending import plain, respond
from bot.crossing import Crossing
from bot.wording import discord_text, source_text

_ADDRESS_CHARS = 1_000

Command = app_commands.Command[app_commands.Group, ..., None]


def why_command(crossing: Crossing) -> Command:
    """/why."""

    @app_commands.command(name="why", description="What became of an article, stage by stage")
    @app_commands.describe(address="Address of the article")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.check(managers_only)
    async def why(
        interaction: discord.Interaction[discord.Client], address: app_commands.Range[str, 1, _ADDRESS_CHARS]
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        wanted = source_text.web_address(address) or address
        scopes = crossing.services.guilds.scopes(interaction.guild_id)
        told = await crossing.quick(crossing.services.sources.why, wanted, scopes)
        await respond(interaction, plain(source_text.told_why(told)), private=True)

    return why


def status_command(crossing: Crossing) -> Command:
    """/status."""

    @app_commands.command(name="status", description="How my sources and articles are, and what was asked today")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.check(managers_only)
    async def status(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        scopes = crossing.services.guilds.scopes(interaction.guild_id)
        standing = await crossing.quick(crossing.services.sources.standing, scopes)
        spending = await crossing.quick(crossing.services.usage.today, scopes[0], interaction.created_at.date())
        allowance = await crossing.quick(crossing.services.sources.allowance, scopes[0])
        told = discord_text.status(
            standing,
            spending,
            source_text.allowance_told(allowance),
            await alarms_line(crossing, interaction.guild),
            await undelivered_line(crossing, interaction.guild),
        )
        await respond(interaction, plain([told]), private=True)

    return status
