"""An answer that is shown while a language model writes it: each statement once it has passed the checks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Protocol

import discord

from bot.answering.models import Answer
from bot.discord.interactions.cards import Beside
from bot.render import RenderedMessage, render_so_far

log = logging.getLogger(__name__)

PAUSE_S = 1.0
"""Shortest time between two edits: Discord allows five in five seconds."""


class Send(Protocol):
    """Sends the messages of an answer, with its buttons under the last one, in cards also beside each quote; the first
    takes the place of `first`."""

    def __call__(
        self,
        messages: Sequence[RenderedMessage],
        *,
        view: discord.ui.View | None = None,
        first: discord.Message | None = None,
        beside: Beside | None = None,
    ) -> Awaitable[Sequence[discord.Message]]: ...


class LiveAnswer:
    """One answer on its way. Made on the event loop.

    Args:
        above: a line of Markdown to put above it.
        cards: it is a card, from its first words to the last.
    """

    def __init__(self, send: Send, above: str = "", *, cards: bool = False) -> None:
        self._loop = asyncio.get_running_loop()
        self._send, self._above, self._cards = send, above, cards
        self._newest: Answer | None = None
        self._showing: asyncio.Task[None] | None = None
        self._message: discord.Message | None = None
        self._over = asyncio.Event()

    def so_far(self, answer: Answer) -> None:
        """Show this much of the answer. Call it from any thread."""
        with suppress(RuntimeError):  # the loop has been closed
            self._loop.call_soon_threadsafe(self._take, answer)

    async def settled(self) -> discord.Message | None:
        """End it: the message that was sent, which nothing changes any more; None if there is none."""
        self._over.set()
        if self._showing is not None:
            await self._showing
        return self._message

    def _take(self, answer: Answer) -> None:
        if self._over.is_set():
            return
        self._newest = answer
        if self._showing is None or self._showing.done():
            self._showing = self._loop.create_task(self._show())

    async def _show(self) -> None:
        """Show the newest state, and go on while there is a newer one."""
        try:
            while (newest := self._newest) is not None and not self._over.is_set():
                self._newest = None
                if message := render_so_far(newest, self._above, cards=self._cards):
                    (self._message,) = await self._send([message], first=self._message)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._over.wait(), PAUSE_S)
        except discord.HTTPException as error:
            log.info("an answer is shown only when it is complete: %s", error)
