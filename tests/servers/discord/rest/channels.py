"""Channels and threads."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.errors import DiscordError
from tests.servers.discord.nouns import Channel
from tests.servers.discord.payloads import channel_json
from tests.servers.discord.permissions import CREATE_PUBLIC_THREADS, SEND_MESSAGES
from tests.servers.discord.routes import Call, Routes

routes = Routes()


def _channel(call: Call) -> Channel:
    return call.world.channel(call.id("channel_id"))


@routes.on("GET", "/channels/{channel_id}")
def channel(call: Call) -> Any:
    return channel_json(_channel(call))


@routes.on("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> Any:
    found = _channel(call)
    fields = {name: call.form[name] for name in ("name", "archived", "locked") if name in call.form}
    call.world.update_channel(found, **fields)
    return channel_json(found)


@routes.on("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call) -> Any:
    found = _channel(call)
    if found.guild is not None:
        call.world.delete_channel(found)
    return channel_json(found)


@routes.on("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> Any:
    call.world.require(_channel(call), SEND_MESSAGES)


@routes.on("POST", "/channels/{channel_id}/threads")
def open_thread(call: Call) -> Any:
    parent = _channel(call)
    call.world.require(parent, CREATE_PUBLIC_THREADS)
    return channel_json(call.world.open_thread(parent, call.form["name"], call.world.bot))


@routes.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def open_thread_at(call: Call) -> Any:
    parent = _channel(call)
    call.world.require(parent, CREATE_PUBLIC_THREADS)
    starter = call.world.message(parent, call.id("message_id"))
    if starter.thread is not None:
        raise DiscordError(400, 160004, "A thread has already been created for this message")
    return channel_json(call.world.open_thread(parent, call.form["name"], call.world.bot, starter))


@routes.on("PUT", "/channels/{channel_id}/thread-members/@me")
def join_thread(call: Call) -> Any:
    _channel(call).thread_members.add(call.world.bot.id)


@routes.on("DELETE", "/channels/{channel_id}/thread-members/@me")
def leave_thread(call: Call) -> Any:
    _channel(call).thread_members.discard(call.world.bot.id)
