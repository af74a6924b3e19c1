"""Whose language the bot speaks: a reader's where they alone see it, else the server's."""

from __future__ import annotations

from typing import Any

import discord

from bot.services.guilds import GuildSettings
from bot.translation import LANGUAGES, language_of


def readers(interaction: discord.Interaction[Any]) -> str:
    """The language of a person's Discord."""
    return language_of(str(interaction.locale))


def servers(settings: GuildSettings, guild: discord.Guild | None) -> str:
    """The language of a server: that of `/settings language`, else the one its owners chose in Discord."""
    if settings.language in LANGUAGES:
        return settings.language
    return language_of(str(guild.preferred_locale)) if guild is not None else "en"


def audiences(interaction: discord.Interaction[Any], settings: GuildSettings, *, private: bool) -> str:
    """The language of those who see the answer to an interaction."""
    if private or interaction.guild_id is None:
        return readers(interaction)
    return settings.language if settings.language in LANGUAGES else language_of(str(interaction.guild_locale))
