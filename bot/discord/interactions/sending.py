"""Sends rendered messages to Discord: without pings or previews, in order, with buttons under the last one."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

import aiohttp
import discord
from discord.utils import MISSING

from bot.discord.bridge import ServiceBridge
from bot.discord.messages import discord_text, status_text
from bot.render import PictureFile, RenderedMessage, TextFile

CONNECTION_LOST = (OSError, aiohttp.ClientError)
"""Errors that discord.py passes through when a connection cannot be made or breaks."""
_WAITS_S = (0.5, 2.0, 5.0)

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
    first: discord.Message | None = None,
) -> list[discord.Message]:
    """Answer a deferred interaction; the first message replaces "is thinking", or `first`, which was sent before."""

    async def send(n: int, message: RenderedMessage) -> discord.Message:
        if (
            n == 1
            and first is not None
            and (edited := await _edited(first, message, view if n == len(messages) else None))
        ):
            return edited
        return await interaction.followup.send(
            message.content,
            files=files_of(message),
            ephemeral=private,
            allowed_mentions=NOBODY,
            suppress_embeds=True,
            view=view if view is not None and n == len(messages) else MISSING,
            wait=True,
        )

    return [await _patiently(partial(send, n, message)) for n, message in enumerate(messages, 1)]


async def reply(
    asked: discord.Message,
    messages: Sequence[RenderedMessage],
    *,
    view: discord.ui.View | None = None,
    first: discord.Message | None = None,
    into: discord.Thread | None = None,
) -> list[discord.Message]:
    """Answer a message; each part replies to the previous one, so that a reply to any part finds the whole answer.

    Args:
        first: what was sent before; the first message takes its place.
        into: the thread of the message, where the answer goes.
    """
    where = asked.channel if into is None else into
    can_refer = asked.guild is None or where.permissions_for(asked.guild.me).read_message_history
    chain = [asked]

    def refers(n: int) -> bool:
        return can_refer and (into is None or n > 1)  # to a message of another channel nothing can reply

    async def send(n: int, message: RenderedMessage) -> discord.Message:
        if (
            n == 1
            and first is not None
            and (edited := await _edited(first, message, view if n == len(messages) else None))
        ):
            return edited
        return await where.send(
            message.content,
            files=files_of(message),
            # The same for each attempt, so that Discord accepts the message once.
            nonce=f"{asked.id}-{n}" + ("" if first is None else "-again"),
            reference=chain[-1].to_reference(fail_if_not_exists=False) if refers(n) else None,  # type: ignore[arg-type]
            mention_author=False,
            allowed_mentions=NOBODY,
            suppress_embeds=True,
            view=view if n == len(messages) else None,  # type: ignore[arg-type]
        )

    for n, message in enumerate(messages, 1):
        chain.append(await _patiently(partial(send, n, message)))
    return chain[1:]


async def _edited(
    sent: discord.Message, message: RenderedMessage, view: discord.ui.View | None
) -> discord.Message | None:
    """Put this in the place of a message that was sent before; None if somebody has deleted it."""
    try:
        return await sent.edit(
            content=message.content, attachments=files_of(message), allowed_mentions=NOBODY, view=view
        )
    except discord.NotFound:
        return None


async def _patiently(send: Callable[[], Awaitable[discord.Message]]) -> discord.Message:
    """Retry when Discord is too busy or the connection breaks.

    discord.py does so for most 5xx, but not for 503, and not when a server hangs up. A follow-up has no nonce:
    one that arrived although the response was lost is posted twice, which is better than not at all.
    """
    for wait_s in _WAITS_S:
        try:
            return await send()
        except (discord.DiscordServerError, *CONNECTION_LOST):
            await asyncio.sleep(wait_s)
    return await send()


def files_of(message: RenderedMessage) -> list[discord.File]:
    return [_file(file) for file in message.files]


def _file(file: TextFile | PictureFile) -> discord.File:
    if isinstance(file, PictureFile):
        return discord.File(io.BytesIO(file.png), file.name, description=file.alt)
    return discord.File(io.BytesIO(file.text.encode()), file.name)


async def alarms_line(bridge: ServiceBridge, guild: discord.Guild | None) -> str:
    """What an administrator should know about the alarms of a server; "" if all is well."""
    assert guild is not None
    channel_id = bridge.services.guilds.settings(guild.id).alarm_channel
    problem = obstacle(guild, channel_id) if channel_id else ""
    waiting = len(await bridge.call_fast(bridge.services.alarms.waiting, guild.id)) if problem else 0
    return status_text.alarms_state(channel_id, waiting, problem)


def obstacle(guild: discord.Guild, channel_id: int) -> str:
    """Why nothing can be posted in a channel; "" if it can."""
    channel = guild.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        return discord_text.ALARM_CHANNEL_GONE
    permissions = channel.permissions_for(guild.me)
    return "" if permissions.view_channel and permissions.send_messages else discord_text.ALARM_CHANNEL_CLOSED
