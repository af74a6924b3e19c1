"""All slash commands, for servers and direct messages, and what happens when one fails."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.commands.ask import ask_command
from bot.commands.digest import digest_command
from bot.commands.failing import fail
from bot.commands.help import help_command
from bot.commands.sending import plain, respond
from bot.commands.source import SourceCommands
from bot.crossing import Crossing


class CommandTree(app_commands.CommandTree[Any]):
    """The commands of `bot.commands`. Installed on servers only; user installs would have no scope."""

    def __init__(self, client: discord.Client, crossing: Crossing) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        for command in (ask_command(crossing), digest_command(crossing), SourceCommands(crossing), help_command()):
            self.add_command(command)

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        async def say(text: str) -> None:
            if not interaction.response.is_done():
                await interaction.response.defer(thinking=True, ephemeral=True)
            await respond(interaction, plain([text]), private=True)

        name = interaction.command.qualified_name if interaction.command else "a command"
        await fail(error, f"/{name}", say)
