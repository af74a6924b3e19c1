"""The first minutes on a server: starter packs under the greeting, how the first read goes, questions to try.

All of it works after a restart but the telling of how it goes, which then ends.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import SelectOption, ui

from bot.answering.models import Question
from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton, LastingMenu
from bot.discord.commands.ask import answer
from bot.discord.interactions.homes import home_of, scope_of
from bot.discord.interactions.permissions import admit, managers_only
from bot.discord.interactions.sending import NOBODY, plain, respond
from bot.discord.messages import discord_text, first_text
from bot.services.packs import Pack
from bot.translation import _

PAUSE_S = 2.0
"""Shortest time between two edits that tell how it goes."""
_PATIENCE_S = 600.0
"""How long it is told: Discord takes edits for 15 minutes (developer reference, "Followup Messages")."""


class PackMenu(LastingMenu, template=r"verbatim-pack:choose"):
    """Shows the feeds of the chosen pack, with buttons that add them."""

    name = "packs"

    def __init__(self, packs: Sequence[Pack] = ()) -> None:
        options = [SelectOption(label=pack.name, description=pack.about or None, value=pack.name) for pack in packs]
        chosen_from = options or [SelectOption(label="…", value="…")]  # what was chosen comes with the interaction
        super().__init__(
            ui.Select(placeholder=_(first_text.CHOOSE), custom_id="verbatim-pack:choose", options=chosen_from)
        )

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> PackMenu:
        return cls()

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await managers_only(interaction)
        await interaction.response.defer(thinking=True, ephemeral=True)
        pack = await bridge.call_fast(bridge.services.packs.named, self.item.values[0])
        if pack is None:
            await respond(interaction, plain([_(first_text.NO_SUCH)]), private=True)
            return
        view = ui.View(timeout=None).add_item(PackButton("add", pack.name)).add_item(PackButton("keep", pack.name))
        await respond(interaction, plain([first_text.shown(pack)]), private=True, view=view)


class PackButton(LastingButton, template=r"verbatim-pack:(?P<deed>add|keep):(?P<pack>[^:]{1,80})"):
    """Adds the feeds of a pack and tells how their first read goes; or not. Only who chose the pack sees it."""

    def __init__(self, deed: str, pack: str) -> None:
        adds = deed == "add"
        style = discord.ButtonStyle.success if adds else discord.ButtonStyle.secondary
        label = _(first_text.ADD) if adds else _(first_text.NOT_NOW)
        super().__init__(ui.Button(label=label, style=style, custom_id=f"verbatim-pack:{deed}:{pack[:80]}"))
        self.name, self.pack = deed, pack

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> PackButton:
        return cls(match["deed"], match["pack"])

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await interaction.response.defer()
        pack = await bridge.call_fast(bridge.services.packs.named, self.pack) if self.name == "add" else None
        if pack is None:
            told = _(first_text.NO_SUCH) if self.name == "add" else _(first_text.NOTHING_ADDED)
            await _edit(interaction, told)
            return
        scope, addresses = scope_of(interaction), [feed.url for feed in pack.feeds]
        await bridge.call_fast(bridge.services.sources.add_feeds, addresses, scope)
        await _tell_how_it_goes(interaction, bridge, addresses)


class TryButton(LastingButton, template=r"verbatim-try:(?P<n>[0-9])"):
    """Asks the question that stands on it; the answer is for who presses it."""

    name = "try"

    def __init__(self, n: int, question: str) -> None:
        super().__init__(ui.Button(label=question, custom_id=f"verbatim-try:{n}"))
        self.question = question

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> TryButton:
        return cls(int(match["n"]), str(getattr(item, "label", "") or ""))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        home = home_of(interaction)
        await admit(bridge, interaction.user, home)
        with bridge.under_way():
            await interaction.response.defer(thinking=True, ephemeral=True)
            async with bridge.answering(interaction.user.id):
                set_here = bridge.services.guilds.settings(home)
                asked = Question(
                    self.question,
                    interaction.created_at,
                    scopes=bridge.services.guilds.scopes(home, interaction.user.id),
                    language=set_here.language,
                    zone=ZoneInfo(set_here.digest_zone),
                )
                send, above = partial(respond, interaction, private=True), discord_text.asked(asked.text)
                await answer(
                    bridge, asked, interaction.user.id, send, above, private=True, by_command=True, cards=set_here.cards
                )


async def _tell_how_it_goes(interaction: Interaction, bridge: ServiceBridge, addresses: Sequence[str]) -> None:
    """Edit the message in place until all is read and indexed, then offer questions."""
    loop, scope, told = asyncio.get_running_loop(), scope_of(interaction), ""
    until = loop.time() + _PATIENCE_S
    while loop.time() < until:
        text, over = await _progress(bridge, scope, addresses)
        if over:
            scopes = bridge.services.guilds.scopes(home_of(interaction), interaction.user.id)
            questions = await bridge.call(bridge.services.first_questions.of, scopes)
            await _edit(interaction, first_text.done(text, questions), _try(questions))
            return
        if text != told:
            told = text
            await _edit(interaction, first_text.reading(text))
        await asyncio.sleep(PAUSE_S)
    await _edit(interaction, f"{told} {_(first_text.STOPPED)}".strip())


async def _progress(bridge: ServiceBridge, scope: str, addresses: Sequence[str]) -> tuple[str, bool]:
    """How it goes with these feeds, and whether all is read and indexed."""
    sources = await bridge.call_fast(bridge.services.sources.list, (scope,))
    mine = [source for source in sources if source.address in set(addresses)]
    backlog = (await bridge.call_fast(bridge.services.sources.standing, (scope,))).backlog
    over = not backlog and all(source.checked_at is not None for source in mine)
    return first_text.progress(mine, backlog), over


def _try(questions: Sequence[str]) -> ui.View | None:
    view = ui.View(timeout=None)
    for n, question in enumerate(questions):
        view.add_item(TryButton(n, question))
    return view if questions else None


async def _edit(interaction: Interaction, text: str, view: ui.View | None = None) -> None:
    await interaction.edit_original_response(content=text, view=view, allowed_mentions=NOBODY)


def packs_under(packs: Sequence[Pack]) -> ui.View | None:
    """The menu of the greeting; None without packs."""
    return ui.View(timeout=None).add_item(PackMenu(packs)) if packs else None
