"""What is on the pictures of the gallery: messages as they are drawn, and what is asked in several."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from discord import ui

from bot.discord.messages import status_text
from bot.render import RenderedMessage
from bot.services.guilds import GuildSettings

PHONE, DESKTOP = 420, 800
"""Widths in CSS pixels."""


GIGAWATTS = "How many gigawatts will NVIDIA and OpenAI build?"
PARTLY_KNOWN = "What is Trainium3, and what is Polaris 2?"
UNKNOWN = "When will GPT-7 be released?"
FDA = "What may FDA staff use agentic AI for?"
FDA_SAID = (
    ("The FDA is deploying agentic AI for all of its employees.", "deploying agentic AI"),
    ("FDA staff may use it for pre-market reviews, inspections and administrative work.", "pre-market reviews"),
    ("In a two-month Agentic AI Challenge, employees develop their own ideas.", "two-month"),
)
SET = GuildSettings(answer_channels=(1,), asker_roles=(1,), language="de", alarm_channel=2)
NOWHERE = status_text.alarms_state(None, 0, "")


@dataclass(frozen=True, slots=True)
class Line:
    """One message: `reply_to` and `command` stand in small print above it, `menu` and `buttons` below.

    `card` has the components of one that is a card, as they are sent to Discord; `picture` is the address of what is
    attached.
    """

    author: str
    content: str
    reply_to: str = ""
    command: str = ""
    ephemeral: bool = False
    continued: bool = False
    buttons: tuple[str, ...] = ()
    picture: str = ""
    menu: str = ""
    card: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its file's name, its width in CSS pixels, and the messages on it."""

    name: str
    width: int
    messages: Sequence[Line]
    theme: str = "dark"


def private(command: str, *contents: str) -> list[Line]:
    return lines(contents, command=command, ephemeral=True)


def lines(
    messages: Sequence[RenderedMessage | str], *, reply_to: str = "", command: str = "", ephemeral: bool = False
) -> list[Line]:
    """Messages of the bot: what stands above stands above the first, each further one replies to the one before."""
    contents = [m if isinstance(m, str) else m.content for m in messages]
    first = Line("Verbatim", contents[0], reply_to, command, ephemeral)
    further = (Line("Verbatim", b, a, ephemeral=ephemeral, continued=True) for a, b in pairwise(contents))
    return [first, *further]


def items(make: Callable[[], ui.View | None]) -> list[Any]:
    """The buttons and menus of a view."""

    async def made() -> list[Any]:  # discord.py's views need a running loop
        view = make()
        return [getattr(child, "item", child) for child in view.children] if view else []

    return asyncio.run(made())
