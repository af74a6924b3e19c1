"""The context menu "Check this": the claims of somebody's message, one by one, against the articles."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.answering.claims.checker import Check
from bot.answering.models import Question
from bot.discord.bridge import ServiceBridge
from bot.discord.commands.ask import why_nothing_to_read
from bot.discord.interactions.cards import said
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.permissions import admit
from bot.discord.interactions.sending import plain, respond
from bot.discord.messages import discord_text
from bot.monitoring.json_log import request
from bot.render import RenderedMessage
from bot.render.check import render_check
from bot.render.markdown import restored, without_links


def check_menu(bridge: ServiceBridge) -> app_commands.ContextMenu:
    """ "Check this", on any message. The answer is for who asked alone: the author did not ask to be checked."""

    @app_commands.context_menu(name=discord_text.CHECK_THIS)
    async def check_this(interaction: discord.Interaction[discord.Client], message: discord.Message) -> None:
        await admit(bridge, interaction.user, home_of(interaction))
        with bridge.under_way():
            await interaction.response.defer(thinking=True, ephemeral=True)
            async with bridge.answering(interaction.user.id):
                await respond(interaction, await _checked(bridge, interaction, message), private=True)

    return check_this


async def _checked(
    bridge: ServiceBridge, interaction: discord.Interaction[discord.Client], message: discord.Message
) -> list[RenderedMessage]:
    scopes = bridge.services.guilds.scopes(home_of(interaction), interaction.user.id)
    claimed = Question(_text(message, interaction.client.user), interaction.created_at, scopes=scopes)
    with request():
        found: Check = await bridge.call(bridge.services.checker.check, claimed)
    if found.newest_article_at is None and (why := await why_nothing_to_read(bridge, scopes)):
        return plain([why])
    return render_check(found, has_pictures=bool(message.attachments or message.stickers))


def _text(message: discord.Message, me: discord.ClientUser | None) -> str:
    """What the message says; the bot's own without its escapes and the links under its quotes."""
    own = me is not None and message.author.id == me.id
    return restored(without_links(said(message))) if own else said(message)
