"""Reports of wrong or missing quotes. Whoever sends one agrees that the question and the answer are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.discord.interactions.errors import fail_privately
from bot.discord.interactions.history import conversation, messages_of
from bot.discord.interactions.sending import plain, respond
from bot.discord.messages import discord_text
from bot.render.markdown import restored
from bot.services.records import Delivery, Verdict

if TYPE_CHECKING:
    from bot.discord.bridge import ServiceBridge

_COMMENT_CHARS = 1_000
_ASKED = discord_text.asked("")


class ReportForm(ui.Modal, title=discord_text.REPORT_TITLE):
    """Asks what is wrong with an answer."""

    comment: ui.TextInput[ReportForm] = ui.TextInput(
        label=discord_text.REPORT_LABEL,
        placeholder=discord_text.REPORT_CONSENT,
        style=discord.TextStyle.paragraph,
        max_length=_COMMENT_CHARS,
        custom_id="comment",
    )

    def __init__(self, bridge: ServiceBridge, delivery: Delivery) -> None:
        super().__init__()
        self._bridge, self._delivery = bridge, delivery

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        question, answer = await _asked_and_answered(interaction, self._delivery)
        keep = self._bridge.services.answers.report
        await self._bridge.call_fast(keep, self._delivery, Verdict.WRONG, question, answer, self.comment.value)
        await respond(interaction, plain([discord_text.REPORTED]), private=True)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]
        await fail_privately(interaction, error, "a report")


async def _asked_and_answered(interaction: discord.Interaction[Any], delivery: Delivery) -> tuple[str, str]:
    """The question and the answer, read from Discord, which has kept them; "" for what is not there to be read."""
    pressed = interaction.message
    assert pressed is not None
    parts = await messages_of(pressed.channel, delivery.message_ids, pressed)
    answer = "\n\n".join(part.content for part in parts)
    if answer.startswith(_ASKED):
        question, _, answer = answer.removeprefix(_ASKED).partition("\n")
        return restored(question), answer.strip()
    before = await conversation(parts[0], interaction.client.user)
    return (before[-1].content if before and before[-1].role == "user" else ""), answer
