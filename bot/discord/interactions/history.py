"""A conversation, rebuilt from Discord's own chain of replies. Nothing is kept, and chains are never mixed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import discord

from bot.answering.models import Role, Turn
from bot.discord.interactions.cards import said
from bot.discord.messages.discord_text import question_above
from bot.render.markdown import restored, without_links

_LONGEST_CHAIN = 8
"""How many messages to look back; each may cost a request to Discord."""


async def conversation(message: discord.Message, me: discord.ClientUser) -> tuple[Turn, ...]:
    """The conversation before `message`, oldest first: in its chain of replies or, if it is not a reply, in its
    thread."""
    in_thread = message.reference is None and isinstance(message.channel, discord.Thread)
    earlier = await (_in_thread(message, me) if in_thread else _chain(message))
    return turns_of(earlier[-_LONGEST_CHAIN:], me)


async def _chain(message: discord.Message) -> list[discord.Message]:
    """The messages that a message replies to, one after the other, oldest first."""
    chain: list[discord.Message] = []
    earlier = await _replied_to(message)
    while earlier is not None and len(chain) < _LONGEST_CHAIN:
        chain.append(earlier)
        earlier = await _replied_to(earlier)
    return chain[::-1]


async def _in_thread(message: discord.Message, me: discord.ClientUser) -> list[discord.Message]:
    """The asker's and the bot's messages in the thread, and the one it was opened from; others' are ignored."""
    found: list[discord.Message] = []
    try:
        before = [one async for one in message.channel.history(limit=_LONGEST_CHAIN, before=message)]
    except discord.HTTPException:
        return found
    for one in reversed(before):
        opened_at = one.reference.resolved if one.reference else None
        if one.type is discord.MessageType.thread_starter_message and isinstance(opened_at, discord.Message):
            found += [*await _chain(opened_at), opened_at]
        elif one.author in (me, message.author) or me in one.mentions:
            found.append(one)
    return found


def without_mention(content: str, me: discord.abc.Snowflake, role: discord.abc.Snowflake | None) -> str:
    """What a person wrote, without the mentions of the bot."""
    called = rf"<@!?{me.id}>" if role is None else rf"<@!?{me.id}>|<@&{role.id}>"
    return re.sub(called, " ", content).strip()


async def messages_of(
    channel: discord.abc.Messageable, message_ids: Sequence[int], shown: discord.Message | None = None
) -> list[discord.Message]:
    """The messages of an answer, oldest first; only `shown` if the others are gone or cannot be read."""
    known = {} if shown is None else {shown.id: shown}
    try:
        found = [known.get(id_) or await channel.fetch_message(id_) for id_ in message_ids]
    except discord.HTTPException:
        found = []
    return found or list(known.values())


def turns_of(messages: Sequence[discord.Message], me: discord.ClientUser) -> tuple[Turn, ...]:
    """The turns of the conversation in these messages."""
    return tuple(_joined([turn for message in messages for turn in _turns(message, me)]))


async def _replied_to(message: discord.Message) -> discord.Message | None:
    """The message that `message` replies to; None if it is not a reply, or the message is gone or cannot be read."""
    reference = message.reference
    if reference is None or reference.message_id is None or reference.channel_id != message.channel.id:
        return None
    known = reference.cached_message or reference.resolved
    if isinstance(known, discord.Message):
        return known
    try:
        return await message.channel.fetch_message(reference.message_id)
    except discord.HTTPException:
        return None


def _turns(message: discord.Message, me: discord.ClientUser) -> Iterator[Turn]:
    if message.author.id != me.id:
        content = without_mention(said(message), me, None)
        if content:
            yield Turn("user", content)
        return
    question, content = question_above(said(message))
    if question:
        yield Turn("user", restored(question))
    if content.strip():
        yield Turn("assistant", restored(without_links(content)).strip())


def _joined(turns: list[Turn]) -> Iterator[Turn]:
    """Neighbouring turns of one role as one: an answer may span several messages."""

    def role(turn: Turn) -> Role:
        return turn.role

    for speaker, group in groupby(turns, role):
        yield Turn(speaker, "\n\n".join(turn.content for turn in group))
