"""A digest in Discord: everybody sees its first page; buttons show the others in private, a menu one story in full.

They carry the digest's id, and survive a restart; the digest is read from the store, so its pages never change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from discord import SelectOption, ui

from bot.digest.models import Digest
from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton, LastingMenu
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.sending import plain, replace_shown, respond, shows_card
from bot.discord.messages import discord_text
from bot.render.citation import shortened
from bot.render.digest import DigestPage, render_digest
from bot.render.picture import digest_picture
from bot.render.stories import has_more, in_full
from bot.translation import _

_PREFIX = "verbatim-digest:"
_OPTION_CHARS = 100
"""Of a menu's option (Discord developer reference, "Select Option Structure")."""


class PageButton(LastingButton, template=r"verbatim-digest:(?P<id>[0-9]{1,18}):(?P<page>[0-9]{1,3})"):
    """Shows one page of a digest; pages count from 0."""

    name = "page"

    def __init__(self, digest_id: int, page: int, label: str = "") -> None:
        super().__init__(ui.Button(label=label or _("Continue"), custom_id=f"{_PREFIX}{digest_id}:{page}"))
        self.digest_id, self.page = digest_id, page

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> PageButton:
        return cls(int(match["id"]), int(match["page"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        """Replace the current page if only this reader sees it; otherwise show the new page in a private message."""
        alone = interaction.message is not None and interaction.message.flags.ephemeral
        await interaction.response.defer(thinking=not alone, ephemeral=True)
        digest = await _kept(interaction, bridge, self.digest_id)
        if digest is None:
            return
        settings = bridge.services.guilds.settings(home_of(interaction))
        pages = render_digest(digest, zone=ZoneInfo(settings.digest_zone), cards=settings.cards)
        page = min(self.page, len(pages) - 1)
        view = under_page(self.digest_id, digest, pages, page)
        if alone:
            await replace_shown(interaction, pages[page], view)
        else:
            await respond(interaction, [pages[page]], private=True, view=view)


class MoreMenu(LastingMenu, template=r"verbatim-digest:(?P<id>[0-9]{1,18}):more:(?P<page>[0-9]{1,3})"):
    """Shows the chosen story of a digest in full."""

    name = "more"

    def __init__(self, digest_id: int, page: int, options: list[SelectOption] | None = None) -> None:
        chosen_from = options or [SelectOption(label="…", value="0")]  # what was chosen comes with the interaction
        custom_id = f"{_PREFIX}{digest_id}:more:{page}"
        super().__init__(ui.Select(placeholder=_("More about a story"), custom_id=custom_id, options=chosen_from))
        self.digest_id = digest_id

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> MoreMenu:
        return cls(int(match["id"]), int(match["page"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        digest = await _kept(interaction, bridge, self.digest_id)
        if digest is not None:
            number = min(int(self.item.values[0]), len(digest.stories) - 1)
            await respond(interaction, in_full(digest.stories[number], cards=shows_card(interaction)), private=True)


async def _kept(interaction: Interaction, bridge: ServiceBridge, digest_id: int) -> Digest | None:
    """The digest as it was kept; None, and the reader is told, if it is too old."""
    scopes = bridge.services.guilds.scopes(home_of(interaction), interaction.user.id)
    digest = await bridge.call_fast(bridge.services.digests.find, digest_id, scopes)
    if digest is None:
        await respond(interaction, plain([_(discord_text.DIGEST_TOO_OLD)]), private=True)
    return digest


async def pictured(
    bridge: ServiceBridge, digest: Digest, zone: tzinfo = UTC, note: str = "", *, cards: bool = False
) -> list[DigestPage]:
    """The pages of a digest, the first one with its picture."""
    first, *others = render_digest(digest, note, zone, cards=cards)
    picture = await bridge.call(digest_picture, digest, zone)
    return [first if picture is None else replace(first, files=(*first.files, picture)), *others]


def under_page(digest_id: int, digest: Digest, pages: Sequence[DigestPage], page: int = 0) -> ui.View | None:
    """The menu of the page's stories that have more, and the buttons to its neighbours; None if there is neither."""
    view = ui.View(timeout=None)
    stories = [(n, digest.stories[n]) for n in pages[page].stories]
    more = [SelectOption(label=shortened(s.title, _OPTION_CHARS), value=str(n)) for n, s in stories if has_more(s)]
    if more:
        view.add_item(MoreMenu(digest_id, page, more))
    if page > 0:
        view.add_item(PageButton(digest_id, page - 1, "◀ " + _("Page {n} of {pages}").format(n=page, pages=len(pages))))
    if page < len(pages) - 1:
        view.add_item(
            PageButton(digest_id, page + 1, _("Page {n} of {pages}").format(n=page + 2, pages=len(pages)) + " ▶")
        )
    return view if view.children else None
