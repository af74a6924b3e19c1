"""Whether a digest arrived that a process was sending to Discord when it was stopped.

A message can be searched for only where the channel's history may be read. Elsewhere, two facts remain:
Discord itself detects a repeated nonce for some minutes (developer reference, "Create Message",
`enforce_nonce`), and every channel has the id of its last message, which contains its time ("Snowflakes").
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

import discord
from discord.utils import snowflake_time

_NONCE_HOLDS = timedelta(minutes=2)
"""How long Discord is relied on to detect repeats; the reference says "the past few minutes"."""
_CLOCKS = timedelta(minutes=2)
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


async def whereabouts(channel: discord.TextChannel, heading: str, since: datetime, now: datetime) -> Whereabouts:
    """Search for a message that was sent to Discord at `since`.

    Args:
        heading: its first line; answers to /digest, which may begin alike, belong to interactions and are skipped.

    Raises:
        discord.HTTPException: the channel's history could not be read.
    """
    earliest = since - _CLOCKS
    if now - since < _NONCE_HOLDS:
        return Whereabouts.RECOGNISED
    if not _has_messages_since(channel, earliest):
        return Whereabouts.NOWHERE
    if not channel.permissions_for(channel.guild.me).read_message_history:
        return Whereabouts.UNKNOWN
    looked_at = 0
    async for message in channel.history(limit=_LOOKED_AT, after=earliest, before=since + _ON_ITS_WAY):
        own = message.author.id == channel.guild.me.id and message.interaction_metadata is None
        if own and message.content.partition("\n")[0] == heading:
            return Whereabouts.THERE
        looked_at += 1
    return Whereabouts.NOWHERE if looked_at < _LOOKED_AT else Whereabouts.UNKNOWN


def _has_messages_since(channel: discord.TextChannel, moment: datetime) -> bool:
    last = channel.last_message_id
    return last is not None and snowflake_time(last) >= moment
