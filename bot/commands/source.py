"""/source add, remove, list, test: what the bot reads for a server. For people with the Manage Server permission."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from bot import discord_text
from bot.commands.ask import visible_scopes
from bot.commands.sending import plain, respond
from bot.crossing import Crossing

_ADDRESS_CHARS = 1_000
_CHOICE_CHARS = 100
_CHOICES = 25
"""Discord's limits on suggestions (developer reference, "Application Command Option Choice")."""

Address = app_commands.Range[str, 1, _ADDRESS_CHARS]
Interaction = discord.Interaction[discord.Client]


class SourceCommands(app_commands.Group):
    """The group /source. Answers are private: they are an administrator's business."""

    def __init__(self, crossing: Crossing) -> None:
        super().__init__(
            name="source",
            description="Choose what I read for this server",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._crossing = crossing
        self._sources = crossing.services.sources

    async def interaction_check(self, interaction: Interaction) -> bool:
        """Checked here too: Discord's own permission page can open a command to anybody."""
        if interaction.guild_id is None:
            raise app_commands.NoPrivateMessage
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(description="Read a feed, a site or an article from now on")
    @app_commands.describe(address="Address of a feed or a site, or the word starter for a list of AI news feeds")
    async def add(self, interaction: Interaction, address: Address) -> None:
        await _defer(interaction)
        wanted = discord_text.web_address(address)
        if wanted is None:
            await _say(interaction, [discord_text.NO_WEB_ADDRESS])
            return
        registered = await self._crossing.call(self._sources.add, wanted, _scope(interaction))
        await _say(interaction, discord_text.added(registered))

    @app_commands.command(description="Stop reading a source")
    @app_commands.describe(address="Address of the source, as /source list shows it")
    async def remove(self, interaction: Interaction, address: Address) -> None:
        await _defer(interaction)
        wanted = discord_text.web_address(address) or address
        address = await self._crossing.call(self._sources.remove, wanted, _scope(interaction))
        await _say(interaction, [discord_text.removed(address)])

    @remove.autocomplete("address")
    async def _own_addresses(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not interaction.permissions.manage_guild:
            return []
        sources = await self._crossing.call(self._sources.list, visible_scopes(interaction.guild_id))
        own = [source.address for source in sources if not source.shared]
        fitting = [address for address in own if typed.lower() in address.lower() and len(address) <= _CHOICE_CHARS]
        return [app_commands.Choice(name=address, value=address) for address in fitting[:_CHOICES]]

    @app_commands.command(name="list", description="What I read for this server, and how it is doing")
    async def list_(self, interaction: Interaction) -> None:
        await _defer(interaction)
        sources = await self._crossing.call(self._sources.list, visible_scopes(interaction.guild_id))
        await _say(interaction, discord_text.listed(sources))

    @app_commands.command(description="Show what reading an address would give, and change nothing")
    @app_commands.describe(address="Address of a feed or a site")
    async def test(self, interaction: Interaction, address: Address) -> None:
        await _defer(interaction)
        wanted = discord_text.web_address(address)
        if wanted is None or wanted == discord_text.STARTER:
            await _say(interaction, [discord_text.NO_WEB_ADDRESS])
            return
        await _say(interaction, discord_text.previewed(await self._crossing.call(self._sources.test, wanted)))


async def _defer(interaction: Interaction) -> None:
    await interaction.response.defer(thinking=True, ephemeral=True)


async def _say(interaction: Interaction, contents: Sequence[str]) -> None:
    await respond(interaction, plain(contents), private=True)


def _scope(interaction: Interaction) -> str:
    """The guild's own scope; the check has refused everything outside guilds."""
    return str(interaction.guild_id)
