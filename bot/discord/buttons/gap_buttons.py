"""The buttons of /gaps: a form that adds a source for what could not be answered. They work after a restart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton
from bot.discord.interactions.errors import fail_privately
from bot.discord.interactions.forms import TextForm
from bot.discord.interactions.homes import scope_of
from bot.discord.interactions.sending import plain, respond
from bot.discord.messages import discord_text, gap_text, source_messages
from bot.services.gaps import Gap
from bot.translation import _

_ADDRESS_CHARS = 1_000


class GapButton(LastingButton, template=r"verbatim-gap:add:(?P<id>[0-9]{1,18})"):
    """Opens the form. Only who used /gaps sees it."""

    name = "of a gap"

    def __init__(self, gap_id: int, label: str = "…") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"verbatim-gap:add:{gap_id}"))

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> GapButton:
        return cls(int(match["id"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await interaction.response.send_modal(SourceForm(bridge))


class SourceForm(TextForm):
    """The form that asks for the address of a source."""

    def __init__(self, bridge: ServiceBridge) -> None:
        super().__init__(_(gap_text.FORM_TITLE), _(gap_text.FORM_LABEL), "address", _ADDRESS_CHARS, short=True)
        self._bridge = bridge

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        wanted = source_messages.web_address(self.field.value)
        if wanted is None:
            await respond(interaction, plain([_(discord_text.NO_WEB_ADDRESS)]), private=True)
            return
        registered = await self._bridge.call(self._bridge.services.sources.add, wanted, scope_of(interaction))
        await respond(interaction, plain(source_messages.added(registered)), private=True)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]
        await fail_privately(interaction, error, "a source for a gap")


def beside(gaps: Sequence[Gap]) -> ui.View | None:
    """A button for each gap that is shown."""
    if not gaps:
        return None
    view = ui.View(timeout=None)
    for n, gap in enumerate(gaps[: gap_text.SHOWN], 1):
        view.add_item(GapButton(gap.id, gap_text.label(n)))
    return view
