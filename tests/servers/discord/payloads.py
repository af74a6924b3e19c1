"""Nouns to the JSON that Discord sends. Optional fields that have no value are left out: null breaks discord.py."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.servers.discord.nouns import (
    DM,
    FORUM,
    GROUP_DM,
    REQUIRE_TAG,
    Attachment,
    Channel,
    Guild,
    Json,
    Member,
    Message,
    User,
    created_at,
)
from tests.servers.discord.permissions import Role


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_json(member: Member, *, with_user: bool = True) -> Json:
    payload: Json = {
        "roles": [str(role) for role in member.roles],
        "joined_at": iso(created_at(member.user.id)),
        "nick": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    return {**payload, "user": user_json(member.user)} if with_user else payload


def role_json(role: Role) -> Json:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def channel_json(channel: Channel) -> Json:
    last = max(_posts(channel) if channel.type == FORUM else channel.messages, default=None)
    payload: Json = {
        "id": str(channel.id),
        "type": channel.type,
        "flags": REQUIRE_TAG if channel.require_tag else 0,
        "last_message_id": None if last is None else str(last),
    }
    if channel.type in (DM, GROUP_DM):
        return {**payload, "recipients": [user_json(user) for user in channel.recipients]}
    assert channel.guild is not None
    payload |= {"guild_id": str(channel.guild.id), "name": channel.name, "rate_limit_per_user": 0}
    return payload | (_thread_fields(channel) if channel.is_thread else _text_fields(channel))


def _posts(forum: Channel) -> list[int]:
    """The ids of a forum's posts: its last message is the last of them (documentation, "Channel Object")."""
    assert forum.guild is not None
    return [channel.id for channel in forum.guild.channels.values() if channel.parent is forum]


def _text_fields(channel: Channel) -> Json:
    overwrites = [
        {"id": str(o.target_id), "type": int(o.for_member), "allow": str(o.allow), "deny": str(o.deny)}
        for o in channel.overwrites
    ]
    fields = {"position": 0, "topic": None, "nsfw": False, "parent_id": None, "permission_overwrites": overwrites}
    return {**fields, "available_tags": channel.tags} if channel.type == FORUM else fields


def _thread_fields(channel: Channel) -> Json:
    assert channel.parent is not None
    assert channel.owner is not None
    born = iso(created_at(channel.id))
    return {
        "parent_id": str(channel.parent.id),
        "owner_id": str(channel.owner.id),
        "message_count": len(channel.messages),
        "total_message_sent": len(channel.messages),
        "member_count": len(channel.thread_members),
        "applied_tags": [str(tag) for tag in channel.applied_tags],
        "thread_metadata": {
            "archived": channel.archived,
            "locked": channel.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": born,
            "create_timestamp": born,
        },
    }


def guild_json(guild: Guild) -> Json:
    """A guild as REST returns it."""
    nothing = (
        "icon splash discovery_splash banner description afk_channel_id application_id system_channel_id "
        "rules_channel_id public_updates_channel_id vanity_url_code"
    )
    zero = "verification_level default_message_notifications explicit_content_filter mfa_level premium_tier nsfw_level"
    return {
        **dict.fromkeys(nothing.split()),
        **dict.fromkeys(zero.split(), 0),
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "preferred_locale": guild.locale,
        "premium_progress_bar_enabled": False,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [role_json(role) for role in guild.roles.values()],
    }


def guild_create_json(guild: Guild, *, bot_id: int, all_members: bool) -> Json:
    """A guild as GUILD_CREATE brings it; without the members intent only the bot itself is listed."""
    shown = [m for m in guild.members.values() if all_members or m.user.id == bot_id]
    threads = [c for c in guild.channels.values() if c.is_thread and not c.archived]
    empty = "voice_states presences stage_instances guild_scheduled_events soundboard_sounds"
    return guild_json(guild) | {
        **{name: [] for name in empty.split()},
        "joined_at": iso(created_at(guild.id)),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(member) for member in shown],
        "channels": [channel_json(c) for c in guild.channels.values() if not c.is_thread],
        "threads": [channel_json(thread) for thread in threads],
    }


def attachment_json(attachment: Attachment, cdn: str) -> Json:
    url = f"{cdn}/attachments/{attachment.id}/{attachment.filename}"
    return {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.content),
        "content_type": attachment.content_type,
        "url": url,
        "proxy_url": url,
    }


def message_json(message: Message, *, cdn: str, me: int, quoted: bool = True) -> Json:
    """A message as REST returns it.

    Args:
        cdn: address under which attachments are served.
        me: the bot's id, for the `me` of reactions.
        quoted: whether the message it replies to is included.
    """
    payload: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": message.type,
        "content": message.content,
        "author": user_json(message.author),
        "timestamp": iso(created_at(message.id)),
        "edited_timestamp": None if message.edited_at is None else iso(message.edited_at),
        "flags": message.flags,
        "tts": False,
        "pinned": False,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [str(role) for role in message.mention_roles],
        "attachments": [attachment_json(attachment, cdn) for attachment in message.attachments],
        "embeds": message.embeds,
        "components": message.components,
    }
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    if message.interaction is not None:
        payload |= _origin(message)
    if message.thread is not None:
        payload["thread"] = channel_json(message.thread)
    if message.reference is not None and quoted:
        payload |= _reply_fields(message.reference, cdn, me)
    return payload


def _origin(message: Message) -> Json:
    assert message.interaction is not None
    interaction = message.interaction
    metadata: Json = {
        "id": str(interaction.id),
        "type": interaction.type,
        "user": user_json(interaction.user),
        "authorizing_integration_owners": {},
    }
    if interaction.message is not None:
        metadata["interacted_message_id"] = str(interaction.message.id)
    author = str(message.author.id)
    return {"interaction_metadata": metadata, "application_id": author, "webhook_id": author}


def _reply_fields(reference: Message, cdn: str, me: int) -> Json:
    where = {"type": 0, "message_id": str(reference.id), "channel_id": str(reference.channel.id)}
    if reference.channel.guild is not None:
        where["guild_id"] = str(reference.channel.guild.id)
    original = None if reference.deleted else message_json(reference, cdn=cdn, me=me, quoted=False)
    return {"message_reference": where, "referenced_message": original}


def conceal(payload: Json, me: int, *, in_dm: bool) -> Json:
    """A message as a bot without message content sees it (documentation, "Message Content Intent").

    It reads its own messages, those that mention it and direct messages; of others, the content fields are empty.
    """
    quoted = payload.get("referenced_message")
    if quoted:
        payload = {**payload, "referenced_message": conceal(quoted, me, in_dm=in_dm)}
    addressed = [payload["author"]["id"], *(user["id"] for user in payload["mentions"])]
    if in_dm or str(me) in addressed:
        return payload
    return {**payload, "content": "", "embeds": [], "attachments": [], "components": []}
