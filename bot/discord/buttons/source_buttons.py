"""The buttons of /source: pages of long lists, and the confirmation of a removal. They work after a restart."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

import discord
from discord import ui

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton
from bot.discord.interactions.homes import home_of, scope_of
from bot.discord.interactions.sending import alarms_line, replace_shown
from bot.discord.messages import discord_text, source_messages, watch_text
from bot.render import RenderedMessage
from bot.translation import _
from ingest.clock import utc_now


class Listing(StrEnum):
    """The lists that have pages; part of custom ids, so the values must never change."""

    LIST = "list"
    HEALTH = "health"


_REMOVE, _KEEP = "remove", "keep"


class SourceButton(LastingButton, template=r"verbatim-source:(?P<action>[a-z]+):(?P<number>[0-9]{1,18})"):
    """Removes a source (by its id), or shows a page. The message is private to the person who asked."""

    def __init__(self, action: str, number: int, label: str = "", style: Any = discord.ButtonStyle.secondary) -> None:
        super().__init__(ui.Button(label=label, style=style, custom_id=f"verbatim-source:{action}:{number}"))
        self.name, self.number = action, number

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> SourceButton:
        return cls(match["action"], int(match["number"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await interaction.response.defer()
        text, view = await self._done(interaction, bridge)
        await replace_shown(interaction, RenderedMessage(text), view)

    async def _done(self, interaction: Interaction, bridge: ServiceBridge) -> tuple[str, ui.View | None]:
        """The new content of the message."""
        if self.name == _KEEP:
            return _(discord_text.KEPT), None
        if self.name == _REMOVE:
            remove = bridge.services.sources.remove
            return source_messages.removed(await bridge.call_fast(remove, self.number, scope_of(interaction))), None
        return await page_of(bridge, Listing(self.name), interaction, self.number)


def confirmation(source_id: int) -> ui.View:
    """The buttons that confirm or cancel a removal."""
    view = ui.View(timeout=None)
    view.add_item(SourceButton(_REMOVE, source_id, _("Remove it"), discord.ButtonStyle.danger))
    view.add_item(SourceButton(_KEEP, source_id, _("Keep it")))
    return view


async def _held_up(bridge: ServiceBridge, guild_id: int) -> str:
    """What an administrator should know about watches and posted sources whose messages wait; "" if none do."""
    ids = await bridge.call_fast(bridge.services.watch_posts.held_up, str(guild_id), utc_now())
    watches = await bridge.call_fast(bridge.services.watches.of_guild, guild_id) if ids else ()
    return watch_text.held_up([watch for watch in watches if watch.id in ids])


async def page_of(
    bridge: ServiceBridge, listing: Listing, interaction: Interaction, number: int
) -> tuple[str, ui.View | None]:
    """A page of the current list (the last page if the list has become shorter), with buttons to its neighbours."""
    home = home_of(interaction)
    scopes = bridge.services.guilds.scopes(home, interaction.user.id)
    sources = await bridge.call_fast(bridge.services.sources.list, scopes)
    if listing is Listing.LIST:
        allowance = await bridge.call_fast(bridge.services.sources.allowance, scope_of(interaction))
        pages = source_messages.listed(
            sources, source_messages.allowance_line(allowance, own=home is None), own=home is None
        )
    else:
        troubles = [await alarms_line(bridge, interaction.guild), await _held_up(bridge, home)] if home else []
        pages = source_messages.health_report(sources, " ".join(filter(None, troubles)))
    number = min(number, len(pages) - 1)
    if len(pages) == 1:
        return pages[0], None
    view = ui.View(timeout=None)
    if number > 0:
        view.add_item(SourceButton(listing, number - 1, _("Page {n}").format(n=number)))
    if number + 1 < len(pages):
        view.add_item(
            SourceButton(listing, number + 1, _("Page {n} of {pages}").format(n=number + 2, pages=len(pages)))
        )
    return pages[number], view
