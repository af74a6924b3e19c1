"""The buttons under an answer. Each carries the answer's id, so it works after a restart, for 90 days."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.answering.models import Answer, Quote
from bot.commands.failing import fail_privately
from bot.commands.reporting import ReportForm
from bot.commands.sending import plain, respond
from bot.keeping.records import Delivery, Verdict
from bot.render import render_quotes, render_sources
from bot.wording import discord_text

if TYPE_CHECKING:
    from bot.client import VerbatimClient
    from bot.crossing import Crossing

Interaction = discord.Interaction[Any]


class Deed(StrEnum):
    """What a button does; part of its custom id, so names are for ever."""

    MORE = "more"
    SOURCES = "sources"
    RIGHT = "right"
    REPORT = "report"
    DELETE = "delete"


_LABELS = {
    Deed.MORE: "More quotes",
    Deed.SOURCES: "Sources",
    Deed.RIGHT: "Right",
    Deed.REPORT: "Wrong or missing",
    Deed.DELETE: "Delete",
}


class AnswerButton(ui.DynamicItem[ui.Button[Any]], template=r"verbatim:(?P<deed>[a-z]+):(?P<id>[0-9]{1,18})"):
    """One button of one answer."""

    def __init__(self, deed: Deed, delivery_id: int) -> None:
        super().__init__(ui.Button(label=_LABELS[deed], custom_id=f"verbatim:{deed}:{delivery_id}"))
        self.deed, self.delivery_id = deed, delivery_id

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> AnswerButton:
        return cls(Deed(match["deed"]), int(match["id"]))

    async def interaction_check(self, interaction: discord.Interaction[VerbatimClient], /) -> bool:  # type: ignore[override]
        """What Discord delivers twice is done once."""
        return interaction.client.crossing.manners.first(interaction.id)

    async def callback(self, interaction: discord.Interaction[VerbatimClient]) -> None:  # type: ignore[override]
        try:
            await self._do(interaction)
        except Exception as error:
            await fail_privately(interaction, error, f"the button {self.deed}")

    async def _do(self, interaction: discord.Interaction[VerbatimClient]) -> None:
        crossing = interaction.client.crossing
        delivery = await crossing.quick(crossing.services.answers.find, self.delivery_id)
        if self.deed is Deed.REPORT and delivery is not None:
            await interaction.response.send_modal(ReportForm(crossing, delivery))
            return
        await interaction.response.defer(thinking=True, ephemeral=True)
        if delivery is None:
            await _say(interaction, discord_text.TOO_OLD)
            return
        await _DEEDS[self.deed](interaction, crossing, delivery)


def buttons_under(answer: Answer, delivery_id: int, *, private: bool, by_command: bool = False) -> ui.View:
    """What can be done with an answer. A private one is dismissed in Discord itself, not deleted.

    Args:
        by_command: it answers an interaction: who wants to ask on cannot reply to it.
    """
    deeds = [
        *([Deed.MORE] if answer.more else []),
        *([Deed.SOURCES, Deed.RIGHT] if answer.quotes else []),
        *([Deed.REPORT] if answer.quotes or answer.nearest else []),
        *([] if private else [Deed.DELETE]),
    ]
    view = ui.View(timeout=None)
    if by_command:  # `follow_up.FollowUpButton` does it: that asks, and so knows of these buttons
        view.add_item(ui.Button(label=discord_text.FOLLOW_UP, custom_id=f"verbatim:follow-up:{delivery_id}"))
    for deed in deeds:
        view.add_item(AnswerButton(deed, delivery_id))
    return view


async def _quotes(interaction: Interaction, crossing: Crossing, delivery: Delivery) -> Sequence[Quote]:
    """The answer's quotes, as far as they may still be shown here."""
    scopes = crossing.services.guilds.scopes(interaction.guild_id)
    return await crossing.quick(crossing.services.answers.quotes, delivery, scopes)


async def _more(interaction: Interaction, crossing: Crossing, delivery: Delivery) -> None:
    quotes = await _quotes(interaction, crossing, delivery)
    further = [quote for quote in quotes if quote.n > delivery.shown]
    messages = render_quotes(further) if further else plain([discord_text.HIDDEN_BY_NOW])
    await respond(interaction, messages, private=True)


async def _sources(interaction: Interaction, crossing: Crossing, delivery: Delivery) -> None:
    quotes = await _quotes(interaction, crossing, delivery)
    shown = [quote for quote in quotes if quote.n <= delivery.shown]
    messages = render_sources(shown) if shown else plain([discord_text.HIDDEN_BY_NOW])
    await respond(interaction, messages, private=True)


async def _right(interaction: Interaction, crossing: Crossing, delivery: Delivery) -> None:
    await crossing.quick(crossing.services.answers.report, delivery, Verdict.RIGHT)
    await _say(interaction, discord_text.PRAISED)


async def _delete(interaction: Interaction, crossing: Crossing, delivery: Delivery) -> None:
    moderates = interaction.guild_id is not None and interaction.permissions.manage_messages
    if not moderates and str(interaction.user.id) != delivery.asker_id:
        await _say(interaction, discord_text.NOT_YOURS)
        return
    channel, pressed = interaction.channel, interaction.message
    assert channel is not None
    assert pressed is not None
    for message_id in {*delivery.message_ids, pressed.id}:
        try:
            await channel.get_partial_message(message_id).delete()  # type: ignore[union-attr]
        except discord.NotFound:
            continue  # somebody was quicker
    await crossing.quick(crossing.services.answers.forget, delivery.id)
    await _say(interaction, discord_text.DELETED)


async def _say(interaction: Interaction, text: str) -> None:
    await respond(interaction, plain([text]), private=True)


_DEEDS: dict[Deed, Callable[[Interaction, Crossing, Delivery], Awaitable[None]]] = {
    Deed.MORE: _more,
    Deed.SOURCES: _sources,
    Deed.RIGHT: _right,
    Deed.DELETE: _delete,
}
