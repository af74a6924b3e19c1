"""Forms that ask for a text."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.discord.interactions.languages import readers
from bot.translation import speak


class TextForm(ui.Modal):
    """A form with one field, in the language of the person who fills it in.

    Args:
        name: of the field.
        short: it takes one line.
    """

    def __init__(
        self, title: str, label: str, name: str, max_chars: int, *, placeholder: str = "", short: bool = False
    ) -> None:
        super().__init__(title=title)
        self.field: ui.TextInput[TextForm] = ui.TextInput(
            label=label,
            placeholder=placeholder or None,
            style=discord.TextStyle.short if short else discord.TextStyle.paragraph,
            max_length=max_chars,
            custom_id=name,
        )
        self.add_item(self.field)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        speak(readers(interaction))
        return True
