"""A request's body becomes a message: limits for bots, attachments, and who is really pinged."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.discord.components import check_components
from tests.servers.discord.errors import DiscordError, invalid_form
from tests.servers.discord.nouns import COMPONENTS_V2, EPHEMERAL, Attachment, Channel, Json, Message
from tests.servers.discord.world import World

CONTENT_LIMIT = 2000
"""Characters of a bot's message (documentation, "Create Message"); the OpenAPI document allows 4,000, for Nitro."""

EMBEDS_LIMIT = 6000
"""Characters of all embeds of a message together (documentation, "Embed Limits")."""

_KEPT_FLAGS = 1 << 2 | EPHEMERAL | 1 << 12 | COMPONENTS_V2


def compose(world: World, message: Message, body: Json, files: list[Attachment]) -> None:
    """Put a body's fields into a message, new or edited; absent fields stay as they are.

    Raises:
        DiscordError: 400 for a body that Discord refuses.
    """
    content = body["content"] or "" if "content" in body else message.content
    embeds = body["embeds"] or [] if "embeds" in body else message.embeds
    components = body["components"] or [] if "components" in body else message.components
    attachments = _attachments(message, body, files)
    asked = body["flags"] or 0 if "flags" in body else message.flags
    flags = asked & _KEPT_FLAGS | message.flags & EPHEMERAL
    if message.flags & COMPONENTS_V2 and (not asked & COMPONENTS_V2 or body.get("content")):
        why = "The components v2 flag cannot be removed"
        raise invalid_form("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", why)
    _check(content, embeds, components, attachments, flags, body)
    message.content, message.components, message.attachments = content, components, attachments
    message.embeds = [{"type": "rich", **embed} for embed in embeds]
    message.flags = flags
    _ping(world, message, body.get("allowed_mentions"))


def reply_target(world: World, channel: Channel, body: Json) -> Message | None:
    """The message that a body's `message_reference` means.

    Raises:
        DiscordError: 400 when it is gone and `fail_if_not_exists` was not switched off.
    """
    reference = body.get("message_reference")
    if not reference:
        return None
    target = channel.messages.get(int(reference["message_id"]))
    if target is None and reference.get("fail_if_not_exists", True):
        raise invalid_form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return target


def _check(
    content: str, embeds: list[Json], components: list[Json], files: list[Attachment], flags: int, body: Json
) -> None:
    if len(content) > CONTENT_LIMIT:
        raise invalid_form("content", "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT_LIMIT} or fewer in length.")
    if sum(map(_embed_length, embeds)) > EMBEDS_LIMIT:
        raise invalid_form("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBEDS_LIMIT}")
    if flags & COMPONENTS_V2 and (content or embeds or body.get("poll") or body.get("sticker_ids")):
        field = "content" if content else "embeds"
        raise invalid_form(field, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "Not with components v2")
    check_components(components, files, flags)
    if not (content.strip() or embeds or components or files or body.get("poll") or body.get("sticker_ids")):
        raise DiscordError(400, 50006, "Cannot send an empty message")


def _embed_length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [embed.get("footer", {}).get("text"), embed.get("author", {}).get("name")]
    texts += [part for f in embed.get("fields", []) for part in (f["name"], f["value"])]
    return sum(len(text) for text in texts if text)


def _attachments(message: Message, body: Json, files: list[Attachment]) -> list[Attachment]:
    if "attachments" not in body:
        return message.attachments + files
    kept = {str(entry["id"]) for entry in body["attachments"] or []}
    return [a for a in message.attachments if str(a.id) in kept] + files


def _ping(world: World, message: Message, allowed: Json | None) -> None:
    """Who is notified (documentation, "Allowed Mentions Object"); without the field, everything in the text is."""
    rules: dict[str, Any] = {"parse": ["users", "roles", "everyone"]} if allowed is None else allowed
    parse = set(rules.get("parse") or [])
    users = _named(message.words, r"<@!?(\d+)>", "users", parse, rules)
    message.mentions = [world.users[user] for user in users if user in world.users]
    message.mention_roles = _named(message.words, r"<@&(\d+)>", "roles", parse, rules)
    message.mention_everyone = "everyone" in parse and re.search(r"@(everyone|here)\b", message.words) is not None
    replied = message.reference
    if replied is not None and rules.get("replied_user", allowed is None) and replied.author not in message.mentions:
        message.mentions.append(replied.author)


def _named(content: str, pattern: str, kind: str, parse: set[str], rules: dict[str, Any]) -> list[int]:
    ids = list(dict.fromkeys(int(found) for found in re.findall(pattern, content)))
    allowed = {int(identifier) for identifier in rules.get(kind) or []}
    return ids if kind in parse else [identifier for identifier in ids if identifier in allowed]
