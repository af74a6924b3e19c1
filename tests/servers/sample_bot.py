"""A small bot on the unmodified discord.py, which proves the loopback Discord. Run as a process by test_discord.py.

Reads DISCORD_TOKEN and DISCORD_API_URL; ends cleanly on SIGTERM.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import urllib.request
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

SOURCES = ("https://one.example/feed", "https://two.example/feed")


class More(ui.View):
    """A persistent button."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="more", custom_id="more")
    async def more(self, interaction: discord.Interaction, button: ui.Button[More]) -> None:
        button.disabled = True
        await interaction.response.edit_message(content="edited", view=self)
        await interaction.followup.send("more", ephemeral=True)


class Report(ui.Modal, title="Report"):
    """A modal with one text."""

    why: ui.TextInput[Report] = ui.TextInput(label="Why", custom_id="why")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"reported: {self.why.value}", ephemeral=True)


class SampleBot(discord.AutoShardedClient):
    """Answers mentions, and has one command of each kind."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.1,
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(self.close()))
        self.add_view(More())
        add_commands(self.tree)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        if message.guild is not None and self.user not in message.mentions:
            await message.add_reaction("👀" if message.content else "🙈")
        elif "thread" in message.content:
            thread = await message.create_thread(name="talk")
            await thread.send("in the thread")
        else:
            async with message.channel.typing():
                await message.reply(f"you said: {message.content.partition('> ')[2] or message.content} @everyone")


def add_commands(tree: app_commands.CommandTree[Any]) -> None:
    """Register the commands."""

    @tree.command(description="Ask")
    async def ask(interaction: discord.Interaction, question: str, private: bool = False) -> None:
        await interaction.response.defer(thinking=True, ephemeral=private)
        await interaction.followup.send(f"answer to {question}", view=More())
        await interaction.followup.send("second part", ephemeral=private)

    @tree.command(description="Export")
    async def export(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("here", file=discord.File(io.BytesIO(b"<opml/>"), "sources.opml"))

    @tree.command(name="import", description="Import")
    async def import_file(interaction: discord.Interaction, file: discord.Attachment) -> None:
        await interaction.response.send_message((await file.read()).decode())

    @tree.command(description="Report")
    async def report(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Report())

    tree.add_command(_sources())


def _sources() -> app_commands.Group:
    group = app_commands.Group(
        name="source",
        description="Sources",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    @group.command(name="add", description="Add")
    async def add(interaction: discord.Interaction, url: str) -> None:
        if not interaction.permissions.manage_guild:
            await interaction.response.send_message("not allowed", ephemeral=True)
            return
        await interaction.response.send_message(f"added {url}")

    @group.command(name="remove", description="Remove")
    async def remove(interaction: discord.Interaction, url: str) -> None:
        await interaction.response.send_message(f"removed {url}")

    @remove.autocomplete("url")
    async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=url, value=url) for url in SOURCES if typed in url]

    return group


def main() -> None:
    """Point discord.py at DISCORD_API_URL and run."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    token = os.environ["DISCORD_TOKEN"]
    request = urllib.request.Request(f"{Route.BASE}/gateway/bot", headers={"Authorization": f"Bot {token}"})
    with urllib.request.urlopen(request) as response:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(json.load(response)["url"])
    SampleBot().run(token)


if __name__ == "__main__":
    main()
