"""Threads and the posts of forums (Discord documentation, "Start Thread from Message", "Start Thread in Forum or Media
Channel", "List Active Guild Threads", "List Public Archived Threads")."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.composing import compose
from tests.servers.discord.errors import DiscordError, invalid_form
from tests.servers.discord.nouns import FORUM, TEXT, Channel, Json, Message
from tests.servers.discord.payloads import channel_json
from tests.servers.discord.permissions import (
    CREATE_PUBLIC_THREADS,
    MANAGE_THREADS,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)
from tests.servers.discord.routes import Call, Routes

routes = Routes()


@routes.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_of_message(call: Call) -> Any:
    """The thread has the id of its message; a message has one at most."""
    where = call.world.channel(call.id("channel_id"))
    call.world.require(where, CREATE_PUBLIC_THREADS)
    starter = call.world.message(where, call.id("message_id"))
    if where.type != TEXT:
        raise DiscordError(400, 50024, "Cannot execute action on this channel type")
    if starter.thread is not None:
        raise DiscordError(400, 160004, "A thread has already been created for this message")
    return channel_json(call.world.open_thread(where, call.form["name"], call.world.bot, starter))


@routes.on("POST", "/channels/{channel_id}/threads")
def post_in_forum(call: Call) -> Any:
    """A post of a forum takes SEND_MESSAGES; its first message has the id of its thread."""
    forum = call.world.channel(call.id("channel_id"))
    if forum.type != FORUM:
        raise DiscordError(400, 50024, "Cannot execute action on this channel type")
    call.world.require(forum, SEND_MESSAGES)
    tags = _tags(call, forum)
    first = Message(forum, call.world.bot)
    compose(call.world, first, call.form["message"], call.files)
    thread = call.world.open_thread(forum, call.form["name"].strip(), call.world.bot, tags=tags)
    first.channel, first.id = thread, thread.id
    call.world.post(first)
    return {**channel_json(thread), "message": call.world.message_payload(first)}


def _tags(call: Call, forum: Channel) -> list[int]:
    wanted = [str(tag) for tag in call.form.get("applied_tags") or []]
    known = {tag["id"]: tag for tag in forum.tags}
    if any(tag not in known for tag in wanted):
        raise invalid_form("applied_tags", "UNKNOWN_TAG", "Unknown tag")
    if any(known[tag]["moderated"] for tag in wanted):
        call.world.require(forum, MANAGE_THREADS)
    if forum.require_tag and not wanted:
        raise DiscordError(400, 40067, "A tag is required to create a forum post in this channel")
    return [int(tag) for tag in wanted]


@routes.on("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call) -> Any:
    guild = call.world.guild(call.id("guild_id"))
    threads = [c for c in guild.channels.values() if c.is_thread and not c.archived]
    seen = [c for c in threads if call.world.permissions(call.world.bot, c) & VIEW_CHANNEL]
    return {"threads": [channel_json(c) for c in sorted(seen, key=lambda c: -c.id)], "members": []}


@routes.on("GET", "/channels/{channel_id}/threads/archived/public")
def archived_threads(call: Call) -> Any:
    where = call.world.channel(call.id("channel_id"))
    call.world.require(where, READ_MESSAGE_HISTORY)
    assert where.guild is not None
    found: list[Json] = [channel_json(c) for c in where.guild.channels.values() if c.parent is where and c.archived]
    return {"threads": found, "members": [], "has_more": False}
