"""A digest in Discord: everybody sees its first page; buttons, which survive a restart, show the others in private.

A button carries the digest's id and a page number; the digest is read from the store, so its pages never change.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.digest.models import Digest
from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton
from bot.discord.interactions.sending import NOBODY, files_of, plain, respond
from bot.discord.messages import discord_text
from bot.render import RenderedMessage, render_digest
from bot.render.picture import digest_picture

_PREFIX = "verbatim-digest:"


class PageButton(LastingButton, template=r"verbatim-digest:(?P<id>[0-9]{1,18}):(?P<page>[0-9]{1,3})"):
    """Shows one page of a digest; pages count from 0."""

    name = "page"

    def __init__(self, digest_id: int, page: int, label: str = "") -> None:
        super().__init__(ui.Button(label=label or "Continue", custom_id=f"{_PREFIX}{digest_id}:{page}"))
        self.digest_id, self.page = digest_id, page

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> PageButton:
        return cls(int(match["id"]), int(match["page"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        """Replace the current page if only this reader sees it; otherwise show the new page in a private message."""
        alone = interaction.message is not None and interaction.message.flags.ephemeral
        await interaction.response.defer(thinking=not alone, ephemeral=True)
        scopes = bridge.services.guilds.scopes(interaction.guild_id)
        digest = await bridge.call_fast(bridge.services.digests.find, self.digest_id, scopes)
        if digest is None:
            await respond(interaction, plain([discord_text.DIGEST_TOO_OLD]), private=True)
            return
        zone = ZoneInfo(bridge.services.guilds.settings(interaction.guild_id).digest_zone)
        pages = render_digest(digest, zone=zone)
        page = min(self.page, len(pages) - 1)
        view = pages_under(self.digest_id, page, len(pages))
        if alone:
            await interaction.edit_original_response(
                content=pages[page].content, attachments=files_of(pages[page]), view=view, allowed_mentions=NOBODY
            )
        else:
            await respond(interaction, [pages[page]], private=True, view=view)


async def first_page(
    bridge: ServiceBridge, digest: Digest, zone: tzinfo = UTC, note: str = ""
) -> tuple[RenderedMessage, int]:
    """The first page of a digest with its picture, and the number of its pages."""
    pages = render_digest(digest, note, zone)
    picture = await bridge.call(digest_picture, digest, zone)
    files = pages[0].files if picture is None else (*pages[0].files, picture)
    return replace(pages[0], files=files), len(pages)


def pages_under(digest_id: int, page: int, pages: int) -> ui.View | None:
    """The buttons to the previous and the next page; None if there is only one page."""
    if pages == 1:
        return None
    view = ui.View(timeout=None)
    if page > 0:
        view.add_item(PageButton(digest_id, page - 1, f"◀ Page {page} of {pages}"))
    if page < pages - 1:
        view.add_item(PageButton(digest_id, page + 1, f"Page {page + 2} of {pages} ▶"))
    return view
