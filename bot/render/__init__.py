"""Answers and digests in readable form: Discord messages (as plain values) and terminal text. Pure."""

from bot.render.digest import digest_markdown, render_digest
from bot.render.messages import (
    PictureFile,
    RenderedMessage,
    TextFile,
    as_card,
    render_answer,
    render_quotes,
    render_so_far,
    render_sources,
)
from bot.render.terminal import render_terminal

__all__ = [
    "PictureFile",
    "RenderedMessage",
    "TextFile",
    "as_card",
    "digest_markdown",
    "render_answer",
    "render_digest",
    "render_quotes",
    "render_so_far",
    "render_sources",
    "render_terminal",
]
