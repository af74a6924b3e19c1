"""Follow-up questions after /ask, by a button and a form.

A reply to the answer of an interaction neither mentions the bot nor shows it what was written (Discord's guide "You
might not need a privileged intent"), so replying cannot be the way. The button works after a restart, for as
long as the answer is kept: the conversation so far is read from Discord.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.answering.models import Question, Turn
from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton
from bot.discord.commands.ask import QUESTION_CHARS, answer
from bot.discord.interactions.errors import fail_privately
from bot.discord.interactions.forms import TextForm
from bot.discord.interactions.history import messages_of, turns_of
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.languages import audiences
from bot.discord.interactions.permissions import admit
from bot.discord.interactions.sending import plain, respond
from bot.discord.messages import discord_text
from bot.services.records import Delivery
from bot.translation import _, speak

_ANSWERS_BACK = 4
"""Earlier answers that a follow-up looks back at; each may cost a few requests to Discord."""


class FollowUpButton(LastingButton, template=r"verbatim:follow-up:(?P<id>[0-9]{1,18})"):
    """Opens the form. `bot.discord.buttons.answer_buttons` puts it under answers."""

    name = "of a follow-up"

    def __init__(self, delivery_id: int) -> None:
        super().__init__(ui.Button(custom_id=f"verbatim:follow-up:{delivery_id}"))
        self.delivery_id = delivery_id

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> FollowUpButton:
        return cls(int(match["id"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        delivery = await bridge.call_fast(bridge.services.answers.find, self.delivery_id)
        if delivery is not None:
            await interaction.response.send_modal(FollowUpForm(bridge, delivery))
            return
        await interaction.response.defer(thinking=True, ephemeral=True)
        await respond(interaction, plain([_(discord_text.TOO_OLD)]), private=True)


class FollowUpForm(TextForm):
    """The form that asks what else the person wants to know."""

    def __init__(self, bridge: ServiceBridge, delivery: Delivery) -> None:
        super().__init__(_(discord_text.FOLLOW_UP), _(discord_text.FOLLOW_UP_LABEL), "question", QUESTION_CHARS)
        self._bridge, self._delivery = bridge, delivery

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        bridge, pressed = self._bridge, interaction.message
        private = pressed is not None and pressed.flags.ephemeral
        set_here = bridge.services.guilds.settings(home_of(interaction))
        await admit(bridge, interaction.user, home_of(interaction))
        speak(audiences(interaction, set_here, private=private))
        with bridge.under_way():
            await interaction.response.defer(thinking=True, ephemeral=private)
            async with bridge.answering(interaction.user.id):
                asked = Question(
                    self.field.value,
                    interaction.created_at,
                    await _conversation(bridge, interaction, self._delivery),
                    bridge.services.guilds.scopes(home_of(interaction), interaction.user.id),
                    language=set_here.language,
                    zone=ZoneInfo(set_here.digest_zone),
                )
                await answer(
                    bridge,
                    asked,
                    interaction.user.id,
                    partial(respond, interaction, private=private),
                    discord_text.asked(asked.text),
                    private=private,
                    by_command=True,
                    follows=self._delivery.id,
                    cards=set_here.cards,
                )

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]
        await fail_privately(interaction, error, "a follow-up")


async def _conversation(
    bridge: ServiceBridge, interaction: discord.Interaction[Any], delivery: Delivery
) -> tuple[Turn, ...]:
    """The conversation up to this answer, oldest first, as far as Discord shows it to the bot."""
    pressed = interaction.message
    assert pressed is not None
    turns: list[Turn] = []
    answered: Delivery | None = delivery
    for _turn in range(_ANSWERS_BACK):
        if answered is None:
            break
        shown = pressed if answered is delivery else None
        messages = await messages_of(pressed.channel, answered.message_ids, shown)
        turns = [*turns_of(messages, interaction.client.user), *turns]
        before = answered.follows
        answered = None if before is None else await bridge.call_fast(bridge.services.answers.find, before)
    return tuple(turns)
