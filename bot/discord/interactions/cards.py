"""Cards in Discord's Components V2: laid out for sending, and read back.

A message with a card has no `content` (developer reference, message flag `IS_COMPONENTS_V2`), so what it says is read
from its texts, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import discord
from discord import ui

from bot.render import PictureFile, TextFile
from bot.render.card import Card, CardText

Beside = Callable[[int], ui.Item[Any]]
"""Makes the button that stands beside the quote with this number."""
_IN_A_ROW = 5


def laid_out(
    card: Card,
    files: Iterable[TextFile | PictureFile] = (),
    view: ui.View | None = None,
    beside: Beside | None = None,
) -> ui.LayoutView:
    """A card with what is attached to the message, and below it the buttons and menus of `view`."""
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=card.accent and int(card.accent))
    for text in card.texts:
        for item in _of_text(text, beside):
            box.add_item(item)
    for file in files:
        box.add_item(_attached(file))
    for row in _rows(view.children if view is not None else ()):
        box.add_item(row)
    layout = ui.LayoutView(timeout=None).add_item(box)
    layout.stop()  # discord.py need not remember it: the buttons are known by their ids
    return layout


def said(message: discord.Message) -> str:
    """What a message says, card or not."""
    return "\n".join(_texts(message.components)) if message.flags.components_v2 else message.content


def _texts(components: Iterable[Any]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        else:
            yield from _texts(getattr(component, "children", ()))


def _of_text(text: CardText, beside: Beside | None) -> Iterator[ui.Item[Any]]:
    if text.apart:
        yield ui.Separator()
    shown: ui.TextDisplay[Any] = ui.TextDisplay(text.text)
    yield ui.Section(shown, accessory=beside(text.beside)) if text.beside and beside else shown


def _attached(file: TextFile | PictureFile) -> ui.Item[Any]:
    """What is attached is seen only where a component names it."""
    address = f"attachment://{file.name}"
    if isinstance(file, TextFile):
        return ui.File(address)
    return ui.MediaGallery(discord.MediaGalleryItem(address, description=file.alt))


def _rows(items: Iterable[ui.Item[Any]]) -> Iterator[ui.ActionRow[Any]]:
    """Five buttons in a row; a menu has one of its own."""
    row: list[ui.Item[Any]] = []
    for item in items:
        if row and sum(one.width for one in row) + item.width > _IN_A_ROW:
            yield ui.ActionRow(*row)
            row = []
        row.append(item)
    if row:
        yield ui.ActionRow(*row)
