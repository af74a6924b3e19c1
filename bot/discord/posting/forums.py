"""Posts of forums that the bot opens: their titles, their tags, and whether one that was begun has arrived.

A message in a new post has no nonce (developer reference, "Start Thread in Forum or Media Channel"), so Discord does
not tell a repeat: before a post is opened again, the forum's posts are looked through. All active ones are listed at
once, the others as far as the bot may read the history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import discord

from bot.discord.interactions.sending import NOBODY, body_of
from bot.discord.messages import discord_text
from bot.discord.posting.delivery_check import CLOCKS, Whereabouts
from bot.render import RenderedMessage
from bot.render.citation import shortened
from ingest.text.words import terms

_TITLE_CHARS = 100
_TAGS = 5
"""Limits on a post (developer reference, "Start Thread in Forum or Media Channel")."""
_DIGEST = ("Digest", "Digests")
"""How a forum's tag for digests may be named."""
_LOOKED_AT = 200
"""How many archived posts are looked through, the last archived first."""


def title_of(text: str) -> str:
    """A post's title: one line, never empty."""
    return shortened(" ".join(text.split()), _TITLE_CHARS) or "…"


def tags_of(forum: discord.ForumChannel, names: Iterable[str]) -> list[discord.ForumTag]:
    """The forum's own tags that are named like a source: the same words, or the first of them. None is made.

    Discord allows 20 characters for a tag, so that "MIT Technology" may be all there is of a longer name. A moderated
    tag is for who may manage threads.
    """
    manages = forum.permissions_for(forum.guild.me).manage_threads
    wanted = [terms(name) for name in names]
    found = [
        tag
        for tag in forum.available_tags
        if (manages or not tag.moderated) and any(_opens(terms(tag.name), name) for name in wanted)
    ]
    return found[:_TAGS]


def _opens(tag: Sequence[str], name: Sequence[str]) -> bool:
    return bool(tag) and list(name[: len(tag)]) == list(tag)


def obstacle_in(forum: discord.ForumChannel, tags: Sequence[discord.ForumTag]) -> str:
    """Why no post with these tags can be opened; "" if it can."""
    permissions = forum.permissions_for(forum.guild.me)
    if not (permissions.view_channel and permissions.send_messages):
        return discord_text.ALARM_CHANNEL_CLOSED
    return discord_text.TAG_NEEDED if forum.flags.require_tag and not tags else ""


def digest_obstacle(forum: discord.ForumChannel) -> str:
    """Why no digest can be posted in a forum; "" if it can."""
    return obstacle_in(forum, digest_tags(forum))


def digest_tags(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """The forum's tag for digests, if it has one."""
    return tags_of(forum, _DIGEST)


async def open_post(
    forum: discord.ForumChannel,
    title: str,
    message: RenderedMessage,
    tags: Sequence[discord.ForumTag],
    view: discord.ui.View | None,
    mentions: discord.AllowedMentions = NOBODY,
) -> discord.Thread:
    """Open a post; its thread has the id of its first message."""
    attaches = forum.permissions_for(forum.guild.me).attach_files
    opened = await forum.create_thread(
        name=title,
        **body_of(message, view, attaches=attaches),
        applied_tags=list(tags),
        allowed_mentions=mentions,
        suppress_embeds=True,
    )
    return opened.thread


async def find_post(
    forum: discord.ForumChannel, titles: Collection[str], since: datetime
) -> tuple[Whereabouts, int | None]:
    """Whether a post of the bot with one of these titles was opened since a moment, and its id.

    Raises:
        discord.HTTPException: the forum's posts could not be listed.
    """
    for thread in await forum.guild.active_threads():
        if _is_it(thread, forum, titles, since):
            return Whereabouts.THERE, thread.id
    if not forum.permissions_for(forum.guild.me).read_message_history:
        return Whereabouts.UNKNOWN, None
    looked_at = 0
    async for thread in forum.archived_threads(limit=_LOOKED_AT):
        if _is_it(thread, forum, titles, since):
            return Whereabouts.THERE, thread.id
        looked_at += 1
    return (Whereabouts.NOWHERE if looked_at < _LOOKED_AT else Whereabouts.UNKNOWN), None


def _is_it(thread: discord.Thread, forum: discord.ForumChannel, titles: Collection[str], since: datetime) -> bool:
    ours = thread.parent_id == forum.id and thread.owner_id == forum.guild.me.id
    return ours and thread.name in titles and discord.utils.snowflake_time(thread.id) >= since - CLOCKS
