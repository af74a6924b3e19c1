"""The context menu "Ask about this": a question about somebody's message, which is its context."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.answering.models import Question, Turn
from bot.discord.bridge import ServiceBridge
from bot.discord.commands.ask import QUESTION_CHARS, answer
from bot.discord.interactions.errors import fail_privately
from bot.discord.interactions.forms import TextForm
from bot.discord.interactions.history import turns_of
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.permissions import admit
from bot.discord.interactions.sending import respond
from bot.discord.messages import discord_text
from bot.translation import _

_CONTEXT_CHARS = 2_000


def ask_about_menu(bridge: ServiceBridge) -> app_commands.ContextMenu:
    """ "Ask about this", on any message."""

    @app_commands.context_menu(name=discord_text.ASK_ABOUT)
    async def ask_about(interaction: discord.Interaction[discord.Client], message: discord.Message) -> None:
        me = interaction.client.user
        turns = turns_of([message], me) if me is not None else ()
        context = tuple(Turn(turn.role, turn.content[:_CONTEXT_CHARS]) for turn in turns)
        await interaction.response.send_modal(AboutForm(bridge, context))

    return ask_about


class AboutForm(TextForm):
    """The form that asks what the person wants to know of a message."""

    def __init__(self, bridge: ServiceBridge, context: tuple[Turn, ...]) -> None:
        super().__init__(_(discord_text.ASK_ABOUT), _(discord_text.ASK_ABOUT_LABEL), "question", QUESTION_CHARS)
        self._bridge, self._context = bridge, context

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """The answer is for who asked alone: others did not ask to be checked."""
        bridge = self._bridge
        await admit(bridge, interaction.user, home_of(interaction))
        with bridge.under_way():
            await interaction.response.defer(thinking=True, ephemeral=True)
            async with bridge.answering(interaction.user.id):
                set_here = bridge.services.guilds.settings(home_of(interaction))
                asked = Question(
                    self.field.value,
                    interaction.created_at,
                    self._context,
                    bridge.services.guilds.scopes(home_of(interaction), interaction.user.id),
                    language=set_here.language,
                    zone=ZoneInfo(set_here.digest_zone),
                )
                send, above = partial(respond, interaction, private=True), discord_text.asked(asked.text)
                await answer(
                    bridge,
                    asked,
                    interaction.user.id,
                    send,
                    above,
                    private=True,
                    by_command=True,
                    cards=set_here.cards,
                )

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]
        await fail_privately(interaction, error, "a question about a message")
