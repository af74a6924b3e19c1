"""All slash commands, for servers and direct messages, and what happens when one fails."""

from __future__ import annotations

import hashlib
import json
from enum import Enum, auto
from typing import Any

import discord
from discord import app_commands

from bot.discord.bridge import ServiceBridge
from bot.discord.commands.ask import ask_command
from bot.discord.commands.ask_about import ask_about_menu
from bot.discord.commands.check_this import check_menu
from bot.discord.commands.digest import digest_command
from bot.discord.commands.information import gaps_command, help_command, privacy_command, status_command, why_command
from bot.discord.commands.settings import SettingsCommands
from bot.discord.commands.source import SourceCommands
from bot.discord.commands.translator import CommandTranslator
from bot.discord.commands.watch import WatchCommands
from bot.discord.interactions.errors import fail_privately
from bot.discord.interactions.languages import readers
from bot.discord.messages import discord_text
from bot.translation import speak

_TOLD = "discord_commands"
"""Name of the note that records which commands Discord knows, and of the claim to tell it."""


_FOR_PERSONS = frozenset(
    {"ask", "digest", "source", "watch", "privacy", "help", discord_text.ASK_ABOUT, discord_text.CHECK_THIS}
)
"""What makes sense without a server that has the bot."""


class Synced(Enum):
    """Who has registered the commands."""

    KNOWN = auto()
    HERE = auto()
    BY_ANOTHER = auto()
    """Another process is at it; whether it will succeed is not known yet."""


class CommandTree(app_commands.CommandTree[Any]):
    """The commands of `bot.discord.commands`. Those of `_FOR_PERSONS` can be installed by a person too, and used in any
    server and conversation."""

    def __init__(self, client: discord.Client, bridge: ServiceBridge, *, direct_messages: bool = True) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=direct_messages, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self._bridge = bridge
        for command in (
            ask_command(bridge),
            ask_about_menu(bridge),
            check_menu(bridge),
            digest_command(bridge),
            SourceCommands(bridge),
            SettingsCommands(bridge),
            WatchCommands(bridge),
            why_command(bridge),
            status_command(bridge),
            gaps_command(bridge),
            privacy_command(bridge),
            help_command(),
        ):
            if direct_messages and command.name in _FOR_PERSONS:
                command.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
                command.allowed_contexts = app_commands.AppCommandContext(
                    guild=True, dm_channel=True, private_channel=True
                )
            self.add_command(command)

    async def sync_if_changed(self, server: str) -> Synced:
        """Register the commands with Discord, unless it knows them already or another process is registering them.

        Args:
            server: address of the Discord API; another server has commands of its own.
        """
        translator = CommandTranslator()
        await self.set_translator(translator)
        told = [await command.get_translated_payload(self, translator) for command in self.get_commands()]
        key = json.dumps([server, self.client.application_id, told], sort_keys=True)
        notes, now = self._bridge.services.notes, hashlib.sha256(key.encode()).hexdigest()
        if await self._bridge.call_fast(notes.get, _TOLD) == now:
            return Synced.KNOWN
        claims = self._bridge.services.claims
        claim = await self._bridge.call_fast(claims.take, _TOLD)
        if claim is None:
            return Synced.BY_ANOTHER
        try:
            if await self._bridge.call_fast(notes.get, _TOLD) == now:  # another process has just done it
                return Synced.KNOWN
            await self.sync()
            await self._bridge.call_fast(notes.set, _TOLD, now)
        finally:
            await self._bridge.call_fast(claims.give_back, claim)
        return Synced.HERE

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Answer only once what Discord delivers twice; from here on in the reader's language."""
        speak(readers(interaction))
        return self._bridge.rate_limiter.first(interaction.id)

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        name = interaction.command.qualified_name if interaction.command else "a command"
        await fail_privately(interaction, error, f"/{name}")
