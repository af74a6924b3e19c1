"""Whether a digest that was handed to Discord, by a process that was stopped at it, stands in its channel.

A message can be looked for only where its channel's history may be read. Where it may not be, two facts are left:
Discord itself recognises a message by its nonce for some minutes (developer reference, "Create Message",
`enforce_nonce`), and every channel tells the id of its last message, which holds its time ("Snowflakes").
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

import discord
from discord.utils import snowflake_time

_NONCE_HOLDS = timedelta(minutes=2)
"""As long as Discord is relied on to post nothing twice; the reference says "the past few minutes"."""
_CLOCKS = timedelta(minutes=2)
"""As much as this machine's clock may be ahead of Discord's."""
_ON_ITS_WAY = timedelta(minutes=15)
"""Longest time that a request takes with all that discord.py tries again, and clocks that differ."""
_LOOKED_AT = 200
"""Messages of that time among which it is looked for."""


class Whereabouts(Enum):
    """Where it is."""

    THERE = auto()
    NOWHERE = auto()
    RECOGNISED = auto()
    """Discord knows whether it has it: it can be sent again and will not stand there twice."""
    UNKNOWN = auto()


async def whereabouts(channel: discord.TextChannel, heading: str, since: datetime, now: datetime) -> Whereabouts:
    """Where a message is that was handed to Discord at `since`.

    Args:
        heading: its first line; that of a /digest which somebody asked for is the answer to an interaction.

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
