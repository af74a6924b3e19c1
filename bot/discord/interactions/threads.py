"""Threads of questions: in channels where answers would get in the way of a conversation."""

from __future__ import annotations

import logging

import discord

from bot.discord.interactions.sending import CONNECTION_LOST
from bot.render.citation import shortened
from bot.services.guilds import GuildSettings
from bot.translation import _

log = logging.getLogger(__name__)

_NAME_CHARS = 100
"""Of a thread (developer reference, "Start Thread from Message")."""
_EXISTS = 160004
"""A message has one thread at most (developer reference, "JSON Error Codes")."""


async def thread_for(asked: discord.Message, settings: GuildSettings, question: str) -> discord.Thread | None:
    """The thread that the answer to a message goes into, made if it has none; None where it is answered in place:
    in other channels and in threads, and where the bot may not make a thread."""
    channel = asked.channel
    if asked.guild is None or channel.id not in settings.thread_channels:
        return None
    if asked.thread is not None or not isinstance(channel, discord.TextChannel) or missing(channel):
        return asked.thread
    try:
        return await asked.create_thread(name=shortened(" ".join(question.split()), _NAME_CHARS) or "…")
    except discord.HTTPException as error:
        if error.code == _EXISTS:
            return await _existing(asked)
        log.warning("no thread could be made in channel %d: code %s", channel.id, error.code)
    except CONNECTION_LOST as error:
        log.warning("no thread could be made in channel %d: %s", channel.id, type(error).__name__)
    return None


def missing(channel: discord.TextChannel) -> tuple[str, ...]:
    """What the bot lacks to answer in threads of a channel."""
    may = channel.permissions_for(channel.guild.me)
    needed = {
        _("Create Public Threads"): may.create_public_threads,
        _("Send Messages in Threads"): may.send_messages_in_threads,
    }
    return tuple(name for name, given in needed.items() if not given)


async def _existing(asked: discord.Message) -> discord.Thread | None:
    """The thread that somebody else has just made; it has the id of its message."""
    assert asked.guild is not None
    try:
        found = asked.guild.get_thread(asked.id) or await asked.guild.fetch_channel(asked.id)
    except discord.HTTPException:
        return None
    return found if isinstance(found, discord.Thread) else None
