"""Messages of channels, and their reactions."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.servers.discord.composing import compose, reply_target
from tests.servers.discord.errors import DiscordError, missing_permissions
from tests.servers.discord.nouns import DEFAULT, DM, EPHEMERAL, REPLY, Channel, Json, Message
from tests.servers.discord.payloads import conceal, user_json
from tests.servers.discord.permissions import (
    ADD_REACTIONS,
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
_REACTION = _MESSAGE + "/reactions/{emoji_name}"


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


@routes.on("GET", _MESSAGES)
def history(call: Call) -> Any:
    channel = _channel(call)
    call.world.require(channel, READ_MESSAGE_HISTORY)
    limit, shown = int(call.query.get("limit", 50)), channel.visible_messages
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
    channel, nonce = _channel(call), call.form.get("nonce")
    _may_write(call, channel)
    twin = next((m for m in channel.messages.values() if nonce is not None and m.nonce == str(nonce)), None)
    if twin is not None and call.form.get("enforce_nonce"):
        return _shown(call, twin)
    reference = reply_target(call.world, channel, call.form)
    created = Message(channel, call.world.bot, type=REPLY if reference else DEFAULT, reference=reference)
    created.nonce = None if nonce is None else str(nonce)
    body = {**call.form, "flags": (call.form.get("flags") or 0) & ~EPHEMERAL}
    compose(call.world, created, body, call.files)
    call.world.post(created)
    return _shown(call, created)


def _may_write(call: Call, channel: Channel) -> None:
    call.world.require(channel, SEND_MESSAGES_IN_THREADS if channel.is_thread else SEND_MESSAGES)
    if channel.type == DM and not all(user.accepts_dms for user in channel.recipients):
        raise DiscordError(403, 50007, "Cannot send messages to this user")
    if channel.locked:
        raise DiscordError(400, 50083, "Thread is archived")


@routes.on("PATCH", _MESSAGE)
def edit_message(call: Call) -> Any:
    edited = _message(call)
    if edited.author is not call.world.bot:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    compose(call.world, edited, call.form, call.files)
    call.world.changed(edited)
    return _shown(call, edited)


@routes.on("DELETE", _MESSAGE)
def delete_message(call: Call) -> Any:
    doomed = _message(call)
    if doomed.author is not call.world.bot:
        if doomed.channel.type == DM:
            raise missing_permissions()
        call.world.require(doomed.channel, MANAGE_MESSAGES)
    call.world.delete(doomed)


@routes.on("POST", _MESSAGES + "/bulk-delete")
def delete_messages(call: Call) -> Any:
    channel = _channel(call)
    call.world.require(channel, MANAGE_MESSAGES)
    for identifier in call.form["messages"]:
        if found := channel.messages.get(int(identifier)):
            call.world.delete(found)


@routes.on("PUT", _REACTION + "/@me")
def add_reaction(call: Call) -> Any:
    target = _message(call)
    call.world.require(target.channel, ADD_REACTIONS)
    call.world.react(target, call.world.bot, unquote(call.params["emoji_name"]), add=True)


@routes.on("DELETE", _REACTION + "/@me")
def remove_reaction(call: Call) -> Any:
    call.world.react(_message(call), call.world.bot, unquote(call.params["emoji_name"]), add=False)


@routes.on("GET", _REACTION)
def reactions(call: Call) -> Any:
    users = _message(call).reactions.get(unquote(call.params["emoji_name"]), set())
    return [user_json(call.world.users[user]) for user in sorted(users)]
