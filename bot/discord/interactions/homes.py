"""Where an interaction counts: on a server that has installed the bot, else with the person who uses it.

A person may install the bot for themselves and use it in any server and conversation (developer reference,
"Installation Context"). Such a server's settings and sources are none of the person's business, and its people asked
for nothing: what counts is the person's own.
"""

from __future__ import annotations

from typing import Any

import discord

from bot.services.guilds import personal_scope

Interaction = discord.Interaction[Any]


def home_of(interaction: Interaction) -> int | None:
    """The server whose settings and sources count; None for the person's own."""
    guild_id = interaction.guild_id
    if guild_id is None or interaction.is_guild_integration() or interaction.client.get_guild(guild_id) is not None:
        return guild_id
    return None


def is_outside(interaction: Interaction) -> bool:
    """Whether it is used where the bot is not at home: answers are private there unless the person wants otherwise."""
    elsewhere = interaction.guild_id is not None or bool(interaction.context.private_channel)
    return elsewhere and home_of(interaction) is None


def scope_of(interaction: Interaction) -> str:
    """The scope of the sources that are added and removed here."""
    home = home_of(interaction)
    return personal_scope(interaction.user.id) if home is None else str(home)
