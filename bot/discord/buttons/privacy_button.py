"""The button of /privacy, which deletes what is stored about the person who presses it."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton
from bot.discord.interactions.sending import NOBODY
from bot.discord.messages import privacy_text
from bot.services.guilds import personal_scope
from bot.translation import _


class PrivacyButton(LastingButton, template=r"verbatim-privacy:delete"):
    """Deletes all stored answers to the person who presses it, their own watches and sources."""

    name = "privacy"

    def __init__(self) -> None:
        danger = discord.ButtonStyle.danger
        super().__init__(ui.Button(label=_("Delete it"), style=danger, custom_id="verbatim-privacy:delete"))

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> PrivacyButton:
        return cls()

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await interaction.response.defer()
        count = await bridge.call_fast(bridge.services.answers.forget_person, str(interaction.user.id))
        count += await bridge.call_fast(bridge.services.watches.forget_person, str(interaction.user.id))
        own = personal_scope(interaction.user.id)
        count += await bridge.call_fast(bridge.services.sources.forget_person, own)
        text = privacy_text.forgotten(count)
        await interaction.edit_original_response(content=text, view=None, allowed_mentions=NOBODY)


def delete_mine() -> ui.View:
    """The button below /privacy."""
    view = ui.View(timeout=None)
    view.add_item(PrivacyButton())
    return view
