"""Rendered messages to Discord: without pings, without previews, in order; buttons under the last."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import discord
from discord.utils import MISSING

from bot.render import RenderedMessage

NOBODY = discord.AllowedMentions.none()


def plain(contents: Iterable[str]) -> list[RenderedMessage]:
    """The bot's own texts as messages."""
    return [RenderedMessage(content) for content in contents]


async def respond(
    interaction: discord.Interaction[discord.Client],
    messages: Sequence[RenderedMessage],
    *,
    private: bool = False,
    view: discord.ui.View | None = None,
) -> list[discord.Message]:
    """Answer an interaction that was deferred; the first message takes the place of "is thinking"."""
    sent: list[discord.Message] = []
    for n, message in enumerate(messages, 1):
        sent.append(
            await interaction.followup.send(
                message.content,
                files=_files(message),
                ephemeral=private,
                allowed_mentions=NOBODY,
                suppress_embeds=True,
                view=view if view is not None and n == len(messages) else MISSING,
                wait=True,
            )
        )
    return sent


async def reply(
    asked: discord.Message, messages: Sequence[RenderedMessage], *, view: discord.ui.View | None = None
) -> list[discord.Message]:
    """Answer a message; each part replies to the one before, so that a reply to any part finds the whole answer."""
    can_refer = asked.guild is None or asked.channel.permissions_for(asked.guild.me).read_message_history
    chain = [asked]
    for n, message in enumerate(messages, 1):
        reference = chain[-1].to_reference(fail_if_not_exists=False) if can_refer else None
        chain.append(
            await asked.channel.send(
                message.content,
                files=_files(message),
                reference=reference,  # type: ignore[arg-type]
                mention_author=False,
                allowed_mentions=NOBODY,
                suppress_embeds=True,
                view=view if n == len(messages) else None,  # type: ignore[arg-type]
            )
        )
    return chain[1:]


def _files(message: RenderedMessage) -> list[discord.File]:
    return [discord.File(io.BytesIO(file.text.encode()), file.name) for file in message.files]
