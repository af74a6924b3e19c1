"""/help, /privacy and the greeting, for everybody; /why and /status, for administrators (`permissions.py`)."""

from __future__ import annotations

import logging
from contextlib import suppress

import discord
from discord import app_commands

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.gap_buttons import beside
from bot.discord.buttons.privacy_button import delete_mine
from bot.discord.commands.first_minutes import packs_under
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.permissions import Interaction, managers_only
from bot.discord.interactions.sending import NOBODY, alarms_line, plain, respond
from bot.discord.messages import discord_text, gap_text, privacy_text, source_messages, status_text
from bot.discord.posting.digest_delivery import undelivered_line
from bot.services.guilds import personal_scope
from bot.translation import _, language_of, speak
from ingest.errors import VerbatimError

log = logging.getLogger(__name__)

_ADDRESS_CHARS = 1_000
Command = app_commands.Command[app_commands.Group, ..., None]


def help_command() -> app_commands.Command[app_commands.Group, ..., None]:
    """/help."""

    @app_commands.command(name="help", description="What I can do and how to begin")
    async def show_help(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message(_(discord_text.HELP), ephemeral=True, allowed_mentions=NOBODY)

    return show_help


async def greet(guild: discord.Guild, bridge: ServiceBridge) -> None:
    """Post the greeting, with the starter packs, in the first channel where the bot may write; if there is none, do
    nothing."""
    try:
        view = packs_under(await bridge.call_fast(bridge.services.packs.all))
    except VerbatimError as error:
        log.warning("the greeting goes out without starter packs: %s", error)
        view = None
    speak(language_of(str(guild.preferred_locale)))
    channels = [guild.system_channel, *guild.text_channels]
    for channel in channels:
        if channel is not None and _may_write(channel, guild):
            with suppress(discord.NotFound, discord.Forbidden):  # deleted or closed since: try the next one
                await channel.send(
                    discord_text.greeting(),
                    allowed_mentions=NOBODY,
                    suppress_embeds=True,
                    view=view,  # type: ignore[arg-type]
                )
                return


def _may_write(channel: discord.TextChannel, guild: discord.Guild) -> bool:
    permissions = channel.permissions_for(guild.me)
    return permissions.view_channel and permissions.send_messages


def privacy_command(bridge: ServiceBridge) -> Command:
    """/privacy."""

    @app_commands.command(name="privacy", description="What I store about you, and a button that deletes it")
    async def privacy(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        count, oldest = await bridge.call_fast(bridge.services.answers.of_person, str(interaction.user.id))
        own = await bridge.call_fast(bridge.services.watches.of_person, str(interaction.user.id))
        scope = personal_scope(interaction.user.id)
        sources = await bridge.call_fast(bridge.services.sources.list, (scope,))
        view = delete_mine() if count or own or sources else None
        addresses = [source.address or source.title for source in sources]
        gaps = bridge.services.guilds.settings(home_of(interaction)).gaps
        told = privacy_text.privacy(count, oldest, [watch.text for watch in own], addresses, gaps=gaps)
        await respond(interaction, plain([told]), private=True, view=view)

    return privacy


def why_command(bridge: ServiceBridge) -> Command:
    """/why."""

    @app_commands.command(name="why", description="The history of an article, stage by stage")
    @app_commands.describe(address="Address of the article")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.check(managers_only)
    async def why(
        interaction: discord.Interaction[discord.Client], address: app_commands.Range[str, 1, _ADDRESS_CHARS]
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        wanted = source_messages.web_address(address) or address
        scopes = bridge.services.guilds.scopes(interaction.guild_id)
        told = await bridge.call_fast(bridge.services.sources.why, wanted, scopes)
        await respond(interaction, plain(source_messages.article_history(told)), private=True)

    return why


def gaps_command(bridge: ServiceBridge) -> Command:
    """/gaps."""

    @app_commands.command(name="gaps", description="The questions I could not answer, without who asked")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.check(managers_only)
    async def gaps(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        assert interaction.guild_id is not None
        if not bridge.services.guilds.settings(interaction.guild_id).gaps:
            await respond(interaction, plain([_(gap_text.OFF)]), private=True)
            return
        found = await bridge.call(bridge.services.gaps.of_guild, interaction.guild_id)
        await respond(interaction, plain(gap_text.gaps(found)), private=True, view=beside(found))

    return gaps


def status_command(bridge: ServiceBridge) -> Command:
    """/status."""

    @app_commands.command(name="status", description="How my sources are doing, and what was asked today")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.check(managers_only)
    async def status(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        scopes = bridge.services.guilds.scopes(interaction.guild_id)
        standing = await bridge.call_fast(bridge.services.sources.standing, scopes)
        spending = await bridge.call_fast(bridge.services.usage.today, scopes[0], interaction.created_at.date())
        allowance = await bridge.call_fast(bridge.services.sources.allowance, scopes[0])
        told = status_text.status(
            standing,
            spending,
            source_messages.allowance_line(allowance),
            await alarms_line(bridge, interaction.guild),
            await undelivered_line(bridge, interaction.guild),
        )
        cards = bridge.services.guilds.settings(interaction.guild_id).cards
        await respond(interaction, plain([told], cards=cards), private=True)

    return status
