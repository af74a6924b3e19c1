"""/digest: the stories of the last days."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.commands.admission import admit
from bot.commands.sending import respond
from bot.crossing import Crossing
from bot.digest.models import Order
from bot.render import render_digest

_MOST_DAYS = 31
_TOPIC_CHARS = 100


def digest_command(crossing: Crossing) -> app_commands.Command[app_commands.Group, ..., None]:
    """/digest."""

    @app_commands.command(name="digest", description="What mattered in AI: each story once, with its quote")
    @app_commands.describe(
        days="How many days back, 7 if not told",
        topic="Only stories about this",
        private="Show the digest to me alone",
    )
    async def digest(
        interaction: discord.Interaction[discord.Client],
        days: app_commands.Range[int, 1, _MOST_DAYS] = 7,
        topic: app_commands.Range[str, 1, _TOPIC_CHARS] | None = None,
        private: bool | None = None,
    ) -> None:
        admit(crossing, interaction.user, interaction.guild_id)
        guilds = crossing.services.guilds
        private = guilds.settings(interaction.guild_id).private if private is None else private
        await interaction.response.defer(thinking=True, ephemeral=private)
        async with crossing.answering(interaction.user.id):
            scopes = guilds.scopes(interaction.guild_id)
            write = crossing.services.digests.digest
            order = Order.of_days(days, interaction.created_at, scopes, topic)
            written = await crossing.call(write, order)
            await respond(interaction, render_digest(written), private=private)

    return digest
