"""/settings: how the bot behaves on a server. For administrators (`permissions.py`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.answering.models import LANGUAGES
from bot.discord.bridge import ServiceBridge
from bot.discord.commands.digest_settings import RHYTHMS, WEEKDAYS, changes, topics_of, zones
from bot.discord.interactions.alarm_channel import alarms_line
from bot.discord.interactions.permissions import Interaction, managers_only
from bot.discord.interactions.sending import plain, respond
from bot.discord.messages import discord_text
from bot.services.guilds import GuildSettings


class SettingsCommands(app_commands.Group):
    """The group /settings."""

    def __init__(self, bridge: ServiceBridge) -> None:
        super().__init__(
            name="settings",
            description="Choose how I behave on this server",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._bridge = bridge
        self._guilds = bridge.services.guilds

    async def interaction_check(self, interaction: Interaction) -> bool:
        return await managers_only(interaction)

    @app_commands.command(description="What is set on this server")
    async def show(self, interaction: Interaction) -> None:
        await self._change(interaction)

    @app_commands.command(description="Answer every message in a channel, or only what is meant for me")
    @app_commands.describe(channel="Which channel", every_message="Whether every message there is a question")
    async def channel(self, interaction: Interaction, channel: discord.TextChannel, every_message: bool) -> None:
        now = self._now(interaction)
        await self._change(interaction, answer_channels=_with(now.answer_channels, channel.id, wanted=every_message))

    @app_commands.command(description="Who may ask: members with a role; without any, everybody")
    @app_commands.describe(role="Which role", may_ask="Whether its members may ask")
    async def askers(self, interaction: Interaction, role: discord.Role, may_ask: bool) -> None:
        now = self._now(interaction)
        await self._change(interaction, asker_roles=_with(now.asker_roles, role.id, wanted=may_ask))

    @app_commands.command(description="Whether /ask and /digest answer in private unless told otherwise")
    async def private(self, interaction: Interaction, private: bool) -> None:
        await self._change(interaction, private=private)

    @app_commands.command(description="Whether the sources that come with the bot are seen here too")
    async def shared(self, interaction: Interaction, shared: bool) -> None:
        await self._change(interaction, shared=shared)

    @app_commands.command(description="The language I answer in where a language model writes; quotes stay as they are")
    @app_commands.describe(language="Which language; left out: the language of the question")
    @app_commands.choices(language=[app_commands.Choice(name=name, value=code) for code, name in LANGUAGES.items()])
    async def language(self, interaction: Interaction, language: str = "") -> None:
        await self._change(interaction, language=language)

    @app_commands.command(description="Where I tell that a source fell silent, keeps failing, ended or came back")
    @app_commands.describe(channel="Which channel; left out: nowhere")
    async def alarms(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        if channel is not None and self._now(interaction).alarm_channel is None:
            await self._bridge.call_fast(self._bridge.services.alarms.listen, channel.guild.id)
        await self._change(interaction, alarm_channel=None if channel is None else channel.id)

    @app_commands.command(description="When and where I post a digest by myself")
    @app_commands.describe(
        rhythm="How often; off: never",
        channel="Where",
        weekday="On which day, of weekly ones",
        hour="At which hour of the day there, 0 to 23",
        zone="Whose clock, like Europe/Berlin",
    )
    @app_commands.choices(rhythm=RHYTHMS)
    @app_commands.choices(weekday=WEEKDAYS)
    @app_commands.autocomplete(zone=zones)
    async def digest(
        self,
        interaction: Interaction,
        rhythm: str | None = None,
        channel: discord.TextChannel | None = None,
        weekday: int | None = None,
        hour: app_commands.Range[int, 0, 23] | None = None,
        zone: str | None = None,
    ) -> None:
        await self._change(interaction, **changes(self._now(interaction), channel, rhythm, weekday, hour, zone))

    @app_commands.command(description="What interests this server most: such stories come first in a digest")
    @app_commands.describe(topics="Like: agents, open models, chips; left out: everything alike")
    async def topics(self, interaction: Interaction, topics: app_commands.Range[str, 0, 400] = "") -> None:
        await self._change(interaction, digest_topics=topics_of(topics))

    def _now(self, interaction: Interaction) -> GuildSettings:
        return self._guilds.settings(interaction.guild_id)

    async def _change(self, interaction: Interaction, **changes: Any) -> None:
        """Change what is named, and show all."""
        await interaction.response.defer(thinking=True, ephemeral=True)
        assert interaction.guild_id is not None
        if changes:
            changed = replace(self._now(interaction), **changes)
            await self._bridge.call_fast(self._guilds.change, interaction.guild_id, changed)
        reads_all = interaction.client.intents.message_content
        now = self._now(interaction)
        told = [discord_text.settings(now, reads_all=reads_all)]
        if now.alarm_channel is not None:  # a channel where nothing can be told is best known at once
            told.append(await alarms_line(self._bridge, interaction.guild))
        await respond(interaction, plain(["\n".join(filter(None, told))]), private=True)


def _with(ids: tuple[int, ...], one: int, *, wanted: bool) -> tuple[int, ...]:
    rest = tuple(identifier for identifier in ids if identifier != one)
    return (*rest, one) if wanted else rest
