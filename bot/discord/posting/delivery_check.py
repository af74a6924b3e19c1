"""Whether a digest arrived that a process was sending to Discord when it was stopped.

A message can be searched for only where the channel's history may be read. Elsewhere, two facts remain:
Discord itself detects a repeated nonce for some minutes (developer reference, "Create Message",
`enforce_nonce`), and every channel has the id of its last message, which contains its time ("Snowflakes").
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto

import discord
from discord.utils import snowflake_time

from bot.discord.interactions.cards import said

_NONCE_HOLDS = timedelta(minutes=2)
"""How long Discord is relied on to detect repeats; the reference says "the past few minutes"."""
CLOCKS = timedelta(minutes=2)
"""How far this machine's clock may be ahead of Discord's."""
_ON_ITS_WAY = timedelta(minutes=15)
"""Longest duration of a request with all of discord.py's retries, plus the difference of the clocks."""
_LOOKED_AT = 200
"""How many messages of that time are searched."""


class Whereabouts(Enum):
    """The result of the search."""

    THERE = auto()
    NOWHERE = auto()
    RECOGNISED = auto()
    """Discord would still detect a repeat, so it can safely be sent again."""
    UNKNOWN = auto()


Place = discord.TextChannel | discord.Thread | discord.DMChannel
"""Where the bot posts by itself."""


async def whereabouts(channel: Place, is_it: Callable[[str], bool], since: datetime, now: datetime) -> Whereabouts:
    """Search for a message that was sent to Discord at `since`.

    Args:
        is_it: knows its text; answers to commands, which may look alike, belong to interactions and are skipped.

    Raises:
        discord.HTTPException: the channel's history could not be read.
    """
    earliest = since - CLOCKS
    if now - since < _NONCE_HOLDS:
        return Whereabouts.RECOGNISED
    if not _has_messages_since(channel, earliest):
        return Whereabouts.NOWHERE
    me = channel.me if isinstance(channel, discord.DMChannel) else channel.guild.me
    if (
        not isinstance(channel, discord.DMChannel)
        and not channel.permissions_for(channel.guild.me).read_message_history
    ):
        return Whereabouts.UNKNOWN
    looked_at = 0
    async for message in channel.history(limit=_LOOKED_AT, after=earliest, before=since + _ON_ITS_WAY):
        own = message.author.id == me.id and message.interaction_metadata is None
        if own and is_it(said(message)):
            return Whereabouts.THERE
        looked_at += 1
    return Whereabouts.NOWHERE if looked_at < _LOOKED_AT else Whereabouts.UNKNOWN


def _has_messages_since(channel: Place, moment: datetime) -> bool:
    if isinstance(channel, discord.DMChannel):  # whose last message discord.py does not know
        return True
    last = channel.last_message_id
    return last is not None and snowflake_time(last) >= moment
