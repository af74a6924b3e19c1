"""Channels and their messages."""

from __future__ import annotations

import time
from typing import Any

from tests.servers.discord.composing import compose, reply_target
from tests.servers.discord.errors import DiscordError, missing_permissions
from tests.servers.discord.nouns import DEFAULT, DM, EPHEMERAL, REPLY, Channel, Json, Message, created_at
from tests.servers.discord.payloads import channel_json, conceal
from tests.servers.discord.permissions import (
    MANAGE_MESSAGES,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
)
from tests.servers.discord.routes import Call, Routes

routes = Routes()

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_MESSAGE_CONTENT_FLAG = 1 << 18
_NONCE_S = 180.0
"""How long a nonce is remembered: "for the past few minutes" (documentation, "Create Message")."""


def _channel(call: Call) -> Channel:
    return call.world.channel(call.id("channel_id"))


def _message(call: Call) -> Message:
    return call.world.message(_channel(call), call.id("message_id"))


def _shown(call: Call, message: Message) -> Json:
    """A message as this application may read it: REST withholds content too when the intent is off."""
    payload = call.world.message_payload(message)
    if call.world.application_flags & _MESSAGE_CONTENT_FLAG:
        return payload
    return conceal(payload, call.world.bot.id, in_dm=message.channel.guild is None)


@routes.on("GET", "/channels/{channel_id}")
def channel(call: Call) -> Any:
    return channel_json(_channel(call))


@routes.on("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> Any:
    call.world.require(_channel(call), SEND_MESSAGES)


@routes.on("GET", _MESSAGES)
def history(call: Call) -> Any:
    where = _channel(call)
    call.world.require(where, READ_MESSAGE_HISTORY)
    limit, shown = int(call.query.get("limit", 50)), where.visible_messages
    if "after" in call.query:
        page = [m for m in shown if m.id > int(call.query["after"])][:limit]
    elif "around" in call.query:
        centre = int(call.query["around"])
        page = sorted(shown, key=lambda m: abs(m.id - centre))[:limit]
    else:
        before = int(call.query.get("before", 1 << 63))
        page = [m for m in shown if m.id < before][-limit:]
    return [_shown(call, m) for m in sorted(page, key=lambda m: -m.id)]


@routes.on("GET", _MESSAGE)
def message(call: Call) -> Any:
    call.world.require(_channel(call), READ_MESSAGE_HISTORY)
    return _shown(call, _message(call))


@routes.on("POST", _MESSAGES)
def create_message(call: Call) -> Any:
    where, nonce = _channel(call), call.form.get("nonce")
    _may_write(call, where)
    recent = [m for m in where.messages.values() if time.time() - created_at(m.id) < _NONCE_S]
    twin = next((m for m in recent if nonce is not None and m.nonce == str(nonce)), None)
    if twin is not None and call.form.get("enforce_nonce"):
        return _shown(call, twin)
    reference = reply_target(call.world, where, call.form)
    created = Message(where, call.world.bot, type=REPLY if reference else DEFAULT, reference=reference)
    created.nonce = None if nonce is None else str(nonce)
    body = {**call.form, "flags": (call.form.get("flags") or 0) & ~EPHEMERAL}
    compose(call.world, created, body, call.files)
    call.world.post(created)
    return _shown(call, created)


@routes.on("PATCH", _MESSAGE)
def edit_message(call: Call) -> Any:
    """Only its author may change a message's words (documentation, "Edit Message")."""
    edited = _message(call)
    if edited.author is not call.world.bot:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    compose(call.world, edited, call.form, call.files)
    call.world.changed(edited)
    return _shown(call, edited)


def _may_write(call: Call, channel: Channel) -> None:
    call.world.require(channel, SEND_MESSAGES_IN_THREADS if channel.is_thread else SEND_MESSAGES)
    if channel.type == DM and not all(user.accepts_dms for user in channel.recipients):
        raise DiscordError(403, 50007, "Cannot send messages to this user")
    if channel.locked:
        raise DiscordError(400, 50083, "Thread is archived")


@routes.on("DELETE", _MESSAGE)
def delete_message(call: Call) -> Any:
    doomed = _message(call)
    if doomed.author is not call.world.bot:
        if doomed.channel.type == DM:
            raise missing_permissions()
        call.world.require(doomed.channel, MANAGE_MESSAGES)
    call.world.delete(doomed)
