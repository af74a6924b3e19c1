"""The buttons of /source: pages of long lists, and the question before a removal. They work after a restart."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.commands.alarms import alarms_line
from bot.commands.failing import fail_privately
from bot.commands.sending import NOBODY
from bot.wording import discord_text, source_text

if TYPE_CHECKING:
    from bot.client import VerbatimClient
    from bot.crossing import Crossing


class Listing(StrEnum):
    """What can be leafed through; part of custom ids, so names are for ever."""

    LIST = "list"
    HEALTH = "health"


_REMOVE, _KEEP = "remove", "keep"


class SourceButton(
    ui.DynamicItem[ui.Button[Any]], template=r"verbatim-source:(?P<deed>[a-z]+):(?P<number>[0-9]{1,18})"
):
    """Removes a source (by its id), or turns to a page. Only who asked sees it: the message is private."""

    def __init__(self, deed: str, number: int, label: str = "", style: Any = discord.ButtonStyle.secondary) -> None:
        super().__init__(ui.Button(label=label, style=style, custom_id=f"verbatim-source:{deed}:{number}"))
        self.deed, self.number = deed, number

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> SourceButton:
        return cls(match["deed"], int(match["number"]))

    async def interaction_check(self, interaction: discord.Interaction[VerbatimClient], /) -> bool:  # type: ignore[override]
        """What Discord delivers twice is done once."""
        return interaction.client.crossing.manners.first(interaction.id)

    async def callback(self, interaction: discord.Interaction[VerbatimClient]) -> None:  # type: ignore[override]
        try:
            await interaction.response.defer()
            text, view = await self._done(interaction)
            await interaction.edit_original_response(content=text, view=view, allowed_mentions=NOBODY)
        except Exception as error:
            await fail_privately(interaction, error, f"the button {self.deed}")

    async def _done(self, interaction: discord.Interaction[VerbatimClient]) -> tuple[str, ui.View | None]:
        """What the message says from now on."""
        crossing = interaction.client.crossing
        if self.deed == _KEEP:
            return discord_text.KEPT, None
        if self.deed == _REMOVE:
            remove = crossing.services.sources.remove
            return source_text.removed(await crossing.quick(remove, self.number, str(interaction.guild_id))), None
        return await page_of(crossing, Listing(self.deed), interaction.guild, self.number)


def confirmation(source_id: int) -> ui.View:
    """Remove it, or not."""
    view = ui.View(timeout=None)
    view.add_item(SourceButton(_REMOVE, source_id, "Remove it", discord.ButtonStyle.danger))
    view.add_item(SourceButton(_KEEP, source_id, "Keep it"))
    return view


async def page_of(
    crossing: Crossing, listing: Listing, guild: discord.Guild | None, number: int
) -> tuple[str, ui.View | None]:
    """A page of the list as it is now, the last one when there are fewer by now, and the buttons to its neighbours."""
    assert guild is not None
    sources = await crossing.quick(crossing.services.sources.list, crossing.services.guilds.scopes(guild.id))
    if listing is Listing.LIST:
        allowance = await crossing.quick(crossing.services.sources.allowance, str(guild.id))
        pages = source_text.listed(sources, source_text.allowance_told(allowance))
    else:
        pages = source_text.health_report(sources, await alarms_line(crossing, guild))
    number = min(number, len(pages) - 1)
    if len(pages) == 1:
        return pages[0], None
    view = ui.View(timeout=None)
    if number > 0:
        view.add_item(SourceButton(listing, number - 1, f"Page {number}"))
    if number + 1 < len(pages):
        view.add_item(SourceButton(listing, number + 1, f"Page {number + 2} of {len(pages)}"))
    return pages[number], view
