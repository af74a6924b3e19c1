"""Buttons and menus that still work after a restart: their custom id says what they do; nothing is kept in memory."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Protocol, TypeVar

import discord
from discord import ui

from bot.discord.bridge import ServiceBridge
from bot.discord.interactions.errors import fail_privately
from bot.discord.interactions.languages import readers
from bot.translation import speak

Interaction = discord.Interaction[Any]
_ItemT = TypeVar("_ItemT", bound=ui.Item[Any])


class _HasBridge(Protocol):
    """The part of the client that a button uses."""

    bridge: ServiceBridge


class LastingItem(ui.DynamicItem[_ItemT], template=r"(?!)"):
    """A button or menu rebuilt from its custom id by its subclass's template; that of this base matches nothing."""

    name: str
    """Its name in the log."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether this press is new: Discord sometimes delivers one twice. From here on in the reader's language."""
        speak(readers(interaction))
        return _bridge(interaction).rate_limiter.first(interaction.id)

    async def callback(self, interaction: Interaction) -> Any:
        try:
            await self.press(interaction, _bridge(interaction))
        except Exception as error:
            await fail_privately(interaction, error, f"the button {self.name}")

    @abstractmethod
    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        """Do what the button is for. Errors are shown only to the person who pressed it."""


LastingButton = LastingItem[ui.Button[Any]]
LastingMenu = LastingItem[ui.Select[Any]]


def _bridge(interaction: Interaction) -> ServiceBridge:
    client: _HasBridge = interaction.client
    return client.bridge
