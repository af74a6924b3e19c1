"""The buttons of watches: save or cancel a new one; why a story was told, less of it, stop.

They work after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import SelectOption, ui

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton, LastingMenu
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.sending import plain, replace_shown, respond
from bot.discord.messages import watch_text
from bot.render import RenderedMessage
from bot.render.citation import shortened
from bot.services.watch_rows import FoundStory, Watch
from bot.translation import N_, _

_OPTION_CHARS = 100
"""Of a menu's option (Discord developer reference, "Select Option Structure")."""
_SAVE, _CANCEL, _WHY, _LESS, _STOP = "save", "cancel", "why", "less", "stop"
_LABELS = {
    _SAVE: N_("Save"),
    _CANCEL: N_("Cancel"),
    _WHY: N_("Why this?"),
    _LESS: watch_text.LESS,
    _STOP: N_("Stop"),
}


class WatchButton(LastingButton, template=r"verbatim-watch:(?P<deed>save|cancel|why|less|stop):(?P<id>[0-9]{1,18})"):
    """One button; `number` is the id of a story, or of a watch for save, cancel and stop."""

    def __init__(self, deed: str, number: int) -> None:
        style = discord.ButtonStyle.success if deed == _SAVE else discord.ButtonStyle.secondary
        super().__init__(ui.Button(label=_(_LABELS[deed]), style=style, custom_id=f"verbatim-watch:{deed}:{number}"))
        self.name, self.number = deed, number

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> WatchButton:
        return cls(match["deed"], int(match["id"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        if self.name in (_SAVE, _CANCEL):
            await interaction.response.defer()
            text = await _decided(interaction, bridge, self.number, save=self.name == _SAVE)
            await replace_shown(interaction, RenderedMessage(text))
            return
        await interaction.response.defer(thinking=True, ephemeral=True)
        text = await (_stopped if self.name == _STOP else _about)(interaction, bridge, self)
        await respond(interaction, plain([text]), private=True)


class WatchMenu(LastingMenu, template=r"verbatim-watch-menu:(?P<id>[0-9]{1,18})"):
    """Why one of several stories was told, with a button for less of it."""

    name = "watch menu"

    def __init__(self, post_id: int, options: list[SelectOption] | None = None) -> None:
        chosen_from = options or [SelectOption(label="…", value="0")]  # what was chosen comes with the interaction
        custom_id = f"verbatim-watch-menu:{post_id}"
        super().__init__(ui.Select(placeholder=_("Why one of these?"), custom_id=custom_id, options=chosen_from))

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> WatchMenu:
        return cls(int(match["id"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        button = WatchButton(_WHY, int(self.item.values[0]))
        text = await _about(interaction, bridge, button)
        view = ui.View(timeout=None).add_item(WatchButton(_LESS, button.number))
        await respond(interaction, plain([text]), private=True, view=view)


def decision(watch: Watch) -> ui.View:
    """The buttons that save or cancel a proposed watch."""
    view = ui.View(timeout=None)
    return view.add_item(WatchButton(_SAVE, watch.id)).add_item(WatchButton(_CANCEL, watch.id))


def under_stories(post_id: int, watch: Watch, stories: Sequence[FoundStory]) -> ui.View:
    """What can be done with a message that tells stories."""
    view = ui.View(timeout=None)
    if len(stories) == 1:
        view.add_item(WatchButton(_WHY, stories[0].id)).add_item(WatchButton(_LESS, stories[0].id))
    else:
        titles = ((shortened(found.story.title, _OPTION_CHARS) or "…", str(found.id)) for found in stories)
        view.add_item(WatchMenu(post_id, [SelectOption(label=title, value=value) for title, value in titles]))
    return view.add_item(WatchButton(_STOP, watch.id))


def may_change(interaction: Interaction, watch: Watch) -> bool:
    """Whether the person may change a watch: who made it, or manages the server that has it."""
    here = home_of(interaction) == watch.guild_id
    manages = watch.guild_id is not None and interaction.permissions.manage_guild
    return here and (manages or str(interaction.user.id) == watch.owner_id)


async def _decided(interaction: Interaction, bridge: ServiceBridge, watch_id: int, *, save: bool) -> str:
    watches = bridge.services.watches
    watch = await bridge.call_fast(watches.find, watch_id)
    if watch is None:
        return _(watch_text.NO_MORE)
    if not may_change(interaction, watch):
        return _(watch_text.NOT_YOURS)
    if not save:
        await bridge.call_fast(watches.remove, watch_id)
        return _(watch_text.CANCELLED)
    saved = await bridge.call_fast(watches.confirm, watch_id) or watch
    return watch_text.saved(saved, bridge.services.guilds.settings(watch.guild_id).digest_zone)


async def _stopped(interaction: Interaction, bridge: ServiceBridge, button: WatchButton) -> str:
    watch = await bridge.call_fast(bridge.services.watches.find, button.number)
    if watch is None:
        return _(watch_text.NO_MORE)
    if not may_change(interaction, watch):
        return _(watch_text.NOT_YOURS)
    await bridge.call_fast(bridge.services.watches.remove, watch.id)
    return _(watch_text.STOPPED)


async def _about(interaction: Interaction, bridge: ServiceBridge, button: WatchButton) -> str:
    """Why a story was told; or that there will be less of it."""
    watches = bridge.services.watches
    found = await bridge.call_fast(watches.story, button.number)
    watch = await bridge.call_fast(watches.find, found.watch_id) if found else None
    if found is None or watch is None or watch.guild_id != home_of(interaction):
        return _(watch_text.TOO_OLD)
    if button.name == _WHY:
        zone = ZoneInfo(bridge.services.guilds.settings(watch.guild_id).digest_zone)
        return watch_text.why(watch, found, zone)
    if not may_change(interaction, watch):
        return _(watch_text.NOT_YOURS)
    await bridge.call(bridge.services.watch_finder.less_like, found)
    return watch_text.less(found.story)
