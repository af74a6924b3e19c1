"""Sends rendered messages to Discord, plain text or cards: without pings or previews, in order, with buttons under the
last one and, in cards, beside each quote."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

import aiohttp
import discord

from bot.discord.bridge import ServiceBridge
from bot.discord.interactions.cards import Beside, laid_out
from bot.discord.messages import discord_text, status_text
from bot.render import PictureFile, RenderedMessage, TextFile, as_card

CONNECTION_LOST = (OSError, aiohttp.ClientError)
"""Errors that discord.py passes through when a connection cannot be made or breaks."""
_WAITS_S = (0.5, 2.0, 5.0)

NOBODY = discord.AllowedMentions.none()


def plain(contents: Iterable[str], *, cards: bool = False) -> list[RenderedMessage]:
    """The bot's own texts as messages."""
    messages = map(RenderedMessage, contents)
    return list(map(as_card, messages) if cards else messages)


def body_of(
    message: RenderedMessage,
    view: discord.ui.View | None = None,
    beside: Beside | None = None,
    *,
    attaches: bool = True,
) -> dict[str, Any]:
    """What discord.py is to send for a message.

    Args:
        attaches: whether files may be attached there.
    """
    files = message.files if attaches else ()
    shown: dict[str, Any] = {"files": list(map(_file, files))}
    if message.card is not None:
        return {**shown, "view": laid_out(message.card, files, view, beside)}
    return {**shown, "content": message.content} | ({} if view is None else {"view": view})


def changed_body(
    message: RenderedMessage, *, was_card: bool, view: discord.ui.View | None = None, beside: Beside | None = None
) -> dict[str, Any]:
    """What discord.py is to put in the place of a message that was sent: a card stays one (developer reference, message
    flag `IS_COMPONENTS_V2`), and plain text that becomes one leaves no content behind."""
    body = body_of(as_card(message) if was_card else message, view, beside)
    attachments = {"attachments": body.pop("files")}
    return {"view": None, **({} if was_card else {"content": None}), **body, **attachments}


async def respond(
    interaction: discord.Interaction[discord.Client],
    messages: Sequence[RenderedMessage],
    *,
    private: bool = False,
    view: discord.ui.View | None = None,
    first: discord.Message | None = None,
    beside: Beside | None = None,
) -> list[discord.Message]:
    """Answer a deferred interaction; the first message replaces "is thinking", or `first`, which was sent before."""

    async def send(n: int, message: RenderedMessage) -> discord.Message:
        under = view if n == len(messages) else None
        if n == 1 and first is not None and (edited := await _edited(first, message, under, beside)):
            return edited
        body = body_of(message, under, beside)
        return await interaction.followup.send(
            **body, ephemeral=private, allowed_mentions=NOBODY, suppress_embeds=True, wait=True
        )

    return [await _patiently(partial(send, n, message)) for n, message in enumerate(messages, 1)]


async def replace_shown(
    interaction: discord.Interaction[Any], message: RenderedMessage, view: discord.ui.View | None = None
) -> None:
    """Put a message in the place of the one whose button was pressed, after a deferred update."""
    body = changed_body(message, was_card=shows_card(interaction), view=view)
    await interaction.edit_original_response(**body, allowed_mentions=NOBODY)


def shows_card(interaction: discord.Interaction[Any]) -> bool:
    """Whether the message whose button was pressed is a card."""
    return interaction.message is not None and interaction.message.flags.components_v2


async def reply(
    asked: discord.Message,
    messages: Sequence[RenderedMessage],
    *,
    view: discord.ui.View | None = None,
    first: discord.Message | None = None,
    into: discord.Thread | None = None,
    beside: Beside | None = None,
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
        under = view if n == len(messages) else None
        if n == 1 and first is not None and (edited := await _edited(first, message, under, beside)):
            return edited
        return await where.send(
            **body_of(message, under, beside),
            # The same for each attempt, so that Discord accepts the message once.
            nonce=f"{asked.id}-{n}" + ("" if first is None else "-again"),
            reference=chain[-1].to_reference(fail_if_not_exists=False) if refers(n) else None,  # type: ignore[arg-type]
            mention_author=False,
            allowed_mentions=NOBODY,
            suppress_embeds=True,
        )

    for n, message in enumerate(messages, 1):
        chain.append(await _patiently(partial(send, n, message)))
    return chain[1:]


async def _edited(
    sent: discord.Message, message: RenderedMessage, view: discord.ui.View | None, beside: Beside | None
) -> discord.Message | None:
    """Put this in the place of a message that was sent before; None if somebody has deleted it."""
    body = changed_body(message, was_card=sent.flags.components_v2, view=view, beside=beside)
    try:
        return await sent.edit(**body, allowed_mentions=NOBODY)
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
