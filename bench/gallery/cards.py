"""The pictures of cards, each of something that another picture of the gallery shows as plain text."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from discord import ui

from bench.gallery.scene import (
    DESKTOP,
    FDA,
    FDA_SAID,
    GIGAWATTS,
    NOWHERE,
    PARTLY_KNOWN,
    PHONE,
    SET,
    UNKNOWN,
    Line,
    Scene,
)
from bench.gallery.stage import GUILD, NOW, Scripted, Stage
from bot.answering.models import Answer
from bot.discord.buttons.answer_buttons import ContextButton, buttons_under
from bot.discord.buttons.digest_pages import under_page
from bot.discord.buttons.watch_buttons import under_stories
from bot.discord.interactions.cards import Beside, laid_out
from bot.discord.interactions.sending import plain
from bot.discord.messages import discord_text, source_messages
from bot.render import PictureFile, RenderedMessage, render_answer, render_digest
from bot.render.picture import digest_picture
from bot.render.watch import told
from bot.services.watch_rows import FoundStory, Watch, WatchOptions, WatchState
from bot.watch.models import Kind


def card_scenes(stage: Stage) -> Iterator[Scene]:
    written = Scripted(*FDA_SAID)
    stated, quoted = stage.answer(FDA, model=written), stage.answer(GIGAWATTS)
    for theme, name in (("dark", ""), ("light", "-light")):
        yield Scene(f"card-answer{name}", DESKTOP, answered(FDA, stated, by_command=True), theme)
        yield Scene(f"card-answer-phone{name}", PHONE, answered(FDA, stated), theme)
    yield Scene("card-quotes-phone", PHONE, answered(GIGAWATTS, quoted))
    yield Scene("card-partial-phone", PHONE, answered(PARTLY_KNOWN, stage.answer(PARTLY_KNOWN)))
    yield Scene("card-no-evidence-phone", PHONE, answered(UNKNOWN, stage.answer(UNKNOWN)))
    yield Scene("card-digest-phone", PHONE, [digest(stage)])
    yield Scene("card-digest-light", DESKTOP, [digest(stage)], "light")
    yield Scene("card-watch-phone", PHONE, [watch(stage)])
    health = source_messages.health_report(stage.sources(), NOWHERE)
    yield Scene("card-health-phone-light", PHONE, private("/source health", health), "light")
    settings = [discord_text.settings(replace(SET, cards=True), reads_all=False)]
    yield Scene("card-settings", DESKTOP, private("/settings show", settings))


def answered(text: str, answer: Answer, *, by_command: bool = False) -> list[Line]:
    """A question and its answer as cards, by a mention or by /ask."""
    above, below = (discord_text.asked(text), discord_text.how_to_go_on()) if by_command else ("", "")
    messages = render_answer(answer, above, below, cards=True)
    under = partial(buttons_under, answer, 1, private=False, by_command=by_command)
    shown = drawn(messages, under, partial(ContextButton, 1), command="/ask" if by_command else "", reply_to=text)
    return shown if by_command else [Line("Ada", f"<@1> {text}"), *shown]


def digest(stage: Stage) -> Line:
    week = stage.digest()
    pages, picture = render_digest(week, cards=True), digest_picture(week)
    files = (picture,) if picture else ()
    first = RenderedMessage(pages[0].content, files, pages[0].card)
    (line,) = drawn([first], partial(under_page, 1, week, pages), command="/digest")
    return line


def watch(stage: Stage) -> Line:
    order = Watch(1, GUILD, "1", 1, Kind.WORDS, "Harbor AI, SCONE-bench", WatchOptions(), WatchState.ACTIVE, "", NOW)
    stories = stage.watched(order.wanted)[:1]
    found = [FoundStory(1, 1, stories[0], "SCONE-bench")]
    (line,) = drawn(told(stories, order.text, cards=True), partial(under_stories, 1, order, found))
    return line


def private(command: str, contents: Sequence[str]) -> list[Line]:
    return drawn(plain(contents, cards=True), command=command, ephemeral=True)


def drawn(
    messages: Sequence[RenderedMessage],
    under: Callable[[], ui.View | None] = lambda: None,
    beside: Beside | None = None,
    *,
    command: str = "",
    reply_to: str = "",
    ephemeral: bool = False,
) -> list[Line]:
    """Cards as they are sent to Discord, with the buttons of a view under the last."""

    async def made() -> list[list[Any]]:  # discord.py's views need a running loop
        views = [None] * (len(messages) - 1) + [under()]
        return [
            laid_out(message.card, message.files, view, beside).to_components()  # type: ignore[no-untyped-call]
            for message, view in zip(messages, views, strict=True)
            if message.card
        ]

    shown = zip(messages, asyncio.run(made()), strict=True)
    return [
        Line(
            "Verbatim",
            message.content,
            reply_to if n == 0 else messages[n - 1].content,
            command if n == 0 else "",
            ephemeral,
            n > 0,
            picture=_address(message),
            card=card,
        )
        for n, (message, card) in enumerate(shown)
    ]


def _address(message: RenderedMessage) -> str:
    pictures = (file for file in message.files if isinstance(file, PictureFile))
    return next((f"data:image/png;base64,{b64encode(picture.png).decode()}" for picture in pictures), "")
