"""Interaction callbacks, and the webhook of each interaction through which responses follow.

Rules (Discord documentation, "Receiving and Responding to Interactions"): one callback, within 3 seconds; the token is
good for 15 minutes; the first follow-up of a deferred response fills it.
"""

from __future__ import annotations

import time
from typing import Any

from tests.servers.discord.composing import compose
from tests.servers.discord.errors import DiscordError, unknown
from tests.servers.discord.nouns import (
    CHAT_INPUT_COMMAND,
    COMMAND,
    DEFAULT,
    EPHEMERAL,
    LOADING,
    Interaction,
    Json,
    Message,
)
from tests.servers.discord.routes import Call, Routes

routes = Routes()

CALLBACK_LIMIT_S = 3.0
TOKEN_LIFE_S = 15 * 60
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE = 4, 5, 6, 7

_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_RESPONSES = (_WEBHOOK + "/messages/@original", _WEBHOOK + "/messages/{message_id}")


@routes.on("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
def callback(call: Call) -> Any:
    interaction = call.world.interactions.get(call.id("interaction_id"))
    now = time.time()
    if interaction is None or interaction.token != call.params["interaction_token"]:
        raise unknown("interaction")
    if now - interaction.sent_at > CALLBACK_LIMIT_S:
        raise unknown("interaction")
    if interaction.answered_at is not None:
        raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
    kind, data = call.form["type"], call.form.get("data") or {}
    _respond(call, interaction, kind, data)
    interaction.callback_type, interaction.callback_data, interaction.answered_at = kind, data, now
    return _receipt(call, interaction) if call.query.get("with_response") in ("1", "true") else None


def _respond(call: Call, interaction: Interaction, kind: int, data: Json) -> None:
    if kind == MESSAGE:
        interaction.original = _new_message(call, interaction, data)
    elif kind == DEFERRED_MESSAGE:
        waiting = _message_of(call, interaction, data.get("flags", 0) & EPHEMERAL | LOADING)
        interaction.original = waiting
        call.world.post(waiting)
    elif kind in (DEFERRED_UPDATE, UPDATE):
        interaction.original = interaction.message
        if kind == UPDATE and interaction.message is not None:
            _edit(call, interaction.message, data)


def _receipt(call: Call, interaction: Interaction) -> Json:
    receipt: Json = {"id": str(interaction.id), "type": interaction.type}
    answer: Json = {"interaction": receipt}
    if interaction.original is not None:
        original = interaction.original
        receipt["response_message_id"] = str(original.id)
        receipt["response_message_loading"] = original.loading
        receipt["response_message_ephemeral"] = original.ephemeral
        answer["resource"] = {"type": interaction.callback_type, "message": call.world.message_payload(original)}
    return answer


def _message_of(call: Call, interaction: Interaction, flags: int = 0) -> Message:
    kind = CHAT_INPUT_COMMAND if interaction.type == COMMAND and interaction.original is None else DEFAULT
    return Message(interaction.channel, call.world.bot, type=kind, flags=flags, interaction=interaction)


def _new_message(call: Call, interaction: Interaction, body: Json) -> Message:
    created = _message_of(call, interaction)
    compose(call.world, created, body, call.files)
    call.world.post(created)
    return created


def _edit(call: Call, message: Message, body: Json) -> None:
    """Edit a response; who sees it was settled by the callback."""
    body = {**body, "flags": (body["flags"] or 0) & ~EPHEMERAL} if "flags" in body else body
    compose(call.world, message, body, call.files)
    call.world.changed(message)


def _by_token(call: Call) -> Interaction:
    token = call.params["webhook_token"]
    for interaction in call.world.interactions.values():
        if interaction.token == token and interaction.answered_at is not None:
            if time.time() - interaction.sent_at > TOKEN_LIFE_S:
                raise DiscordError(401, 50027, "Invalid Webhook Token")
            return interaction
    raise unknown("webhook")


def _response(call: Call) -> Message:
    interaction, wanted = _by_token(call), call.params.get("message_id", "@original")
    own = [*([interaction.original] if interaction.original else []), *interaction.followups]
    for message in own:
        if not message.deleted and (wanted == str(message.id) or (wanted, message) == ("@original", own[0])):
            return message
    raise unknown("message")


@routes.on("POST", _WEBHOOK)
def follow_up(call: Call) -> Any:
    interaction = _by_token(call)
    if interaction.original is not None and interaction.original.loading:
        _edit(call, interaction.original, call.form)
        return call.world.message_payload(interaction.original)
    created = _new_message(call, interaction, call.form)
    interaction.followups.append(created)
    return call.world.message_payload(created)


@routes.on("PATCH", *_RESPONSES)
def edit_response(call: Call) -> Any:
    edited = _response(call)
    _edit(call, edited, call.form)
    return call.world.message_payload(edited)
