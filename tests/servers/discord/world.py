"""All that this Discord holds, and every change that bots hear of.

A change is made here and told to `emit`, which the gateway provides. Runs in the server's loop only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tests.servers.discord.errors import missing_access, missing_permissions, unknown
from tests.servers.discord.nouns import (
    DM,
    FORUM,
    GROUP_DM,
    PUBLIC_THREAD,
    THREAD_STARTER,
    Channel,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    User,
    snowflake,
)
from tests.servers.discord.payloads import (
    channel_json,
    guild_create_json,
    member_json,
    message_json,
    user_json,
)
from tests.servers.discord.permissions import ALL, EVERYBODY, VIEW_CHANNEL, Role, effective


class Emit(Protocol):
    def __call__(self, event: str, payload: Json, guild_id: int | None = None) -> None: ...


class World:
    """The state of one Discord with one application and its bot.

    Args:
        emit: tells the connected sessions of the bot about an event.
        on_change: called for changes that the bot is not told of.
    """

    def __init__(self, emit: Emit, on_change: Callable[[], None]) -> None:
        self.emit, self.on_change = emit, on_change
        self.cdn = ""
        self.application_id = snowflake()
        self.application_flags = 0
        self.bot = User("verbatim", bot=True, id=self.application_id)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[int, Interaction] = {}
        self.commands: dict[int | None, dict[int, Json]] = {None: {}}
        self.command_permissions: dict[int, dict[int, list[Json]]] = {}
        self.attachments: dict[int, bytes] = {}

    # finding

    def channel(self, identifier: int) -> Channel:
        """A channel that the bot can see.

        Raises:
            DiscordError: 404 unknown, 403 without the right to view it.
        """
        try:
            channel = self.channels[identifier]
        except KeyError:
            raise unknown("channel") from None
        if not self.permissions(self.bot, channel) & VIEW_CHANNEL:
            raise missing_access()
        return channel

    def guild(self, identifier: int) -> Guild:
        try:
            return self.guilds[identifier]
        except KeyError:
            raise unknown("guild") from None

    def message(self, channel: Channel, identifier: int) -> Message:
        message = channel.messages.get(identifier)
        if message is None or message.ephemeral:
            raise unknown("message")
        return message

    def permissions(self, user: User, channel: Channel) -> int:
        """What a user may do in a channel; in direct messages everything."""
        where = channel.parent or channel
        if where.guild is None:
            return ALL
        guild, member = where.guild, where.guild.members.get(user.id)
        if member is None:
            return 0
        if guild.owner is user:
            return ALL
        base = guild.roles[guild.id].permissions
        for role_id in member.roles:
            base |= guild.roles[role_id].permissions
        return effective(user.id, base, member.roles, guild.id, where.overwrites)

    def require(self, channel: Channel, permission: int) -> None:
        """Raises: DiscordError 403 when the bot lacks a permission in the channel."""
        if not self.permissions(self.bot, channel) & permission:
            raise missing_permissions()

    # guilds and members

    def add_guild(self, guild: Guild, channel_names: tuple[str, ...]) -> None:
        """Let the bot join a new guild."""
        guild.roles[guild.id] = Role("@everyone", EVERYBODY, id=guild.id)
        for user in (guild.owner, self.bot):
            guild.members[user.id] = Member(user)
        self.guilds[guild.id] = guild
        for name in channel_names:
            channel = Channel(name, guild)
            guild.channels[channel.id] = self.channels[channel.id] = channel
        joined = self.guild_payload(guild, all_members=False)
        del joined["unavailable"]  # only a guild that comes back tells it; so clients know the one from the other
        self.emit("GUILD_CREATE", joined, guild.id)

    def guild_payload(self, guild: Guild, *, all_members: bool) -> Json:
        return guild_create_json(guild, bot_id=self.bot.id, all_members=all_members)

    def add_member(self, guild: Guild, user: User, permissions: int = 0) -> None:
        """Let a person join, with a role of their own when permissions are given."""
        self.users[user.id] = user
        member = guild.members.setdefault(user.id, Member(user))
        if permissions:
            role = Role(f"role of {user.name}", permissions, id=snowflake())
            guild.roles[role.id] = role
            member.roles.append(role.id)
        self.emit("GUILD_MEMBER_ADD", {**member_json(member), "guild_id": str(guild.id)}, guild.id)

    def elsewhere(self, user: User) -> Channel:
        """A channel of a guild that does not have the application, and of which a person is a member."""
        guild = Guild("Another server", User("its owner"))
        guild.roles[guild.id] = Role("@everyone", EVERYBODY, id=guild.id)
        guild.members[user.id] = Member(user)
        channel = Channel("general", guild)
        guild.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def group(self, *users: User) -> Channel:
        """A conversation of several people, without the bot."""
        channel = Channel("a group", type=GROUP_DM, recipients=list(users))
        self.channels[channel.id] = channel
        return channel

    # channels

    def open_dm(self, user: User) -> Channel:
        """The direct messages between a person and the bot, made when needed."""
        self.users[user.id] = user
        for channel in self.channels.values():
            if channel.type == DM and user in channel.recipients:
                return channel
        channel = Channel(user.name, type=DM, recipients=[user])
        self.channels[channel.id] = channel
        return channel

    def open_thread(
        self, parent: Channel, name: str, owner: User, starter: Message | None = None, tags: Sequence[int] = ()
    ) -> Channel:
        """A public thread; one that starts at a message has the message's id, as in Discord."""
        thread = Channel(name, parent.guild, PUBLIC_THREAD, parent=parent, owner=owner)
        thread.applied_tags = list(tags)
        if starter is not None:
            thread.id = starter.id
            starter.thread = thread
            first = Message(thread, owner, type=THREAD_STARTER, reference=starter)
            thread.messages[first.id] = first
        thread.thread_members.add(owner.id)
        assert parent.guild is not None
        parent.guild.channels[thread.id] = self.channels[thread.id] = thread
        payload = {**channel_json(thread), "newly_created": True}
        self.emit("THREAD_CREATE", payload, parent.guild.id)
        return thread

    def add_forum(self, guild: Guild, name: str, tags: tuple[str, ...] = (), *, require_tag: bool = False) -> Channel:
        """A forum: a channel that holds threads alone."""
        forum = Channel(name, guild, FORUM, require_tag=require_tag)
        fields: Json = {"moderated": False, "emoji_id": None, "emoji_name": None}
        forum.tags = [{"id": str(snowflake()), "name": tag, **fields} for tag in tags]
        guild.channels[forum.id] = self.channels[forum.id] = forum
        self.emit("CHANNEL_CREATE", channel_json(forum), guild.id)
        return forum

    def open_post(self, forum: Channel, title: str, owner: User, text: str) -> Message:
        """A post of a forum: a thread whose first message has its id, as in Discord."""
        thread = self.open_thread(forum, title, owner)
        message = Message(thread, owner, text, id=thread.id)
        self.post(message)
        return message

    def update_channel(self, channel: Channel, **fields: Any) -> None:
        """Change fields of a channel or thread, by their name in `Channel`."""
        for name, value in fields.items():
            setattr(channel, name, value)
        assert channel.guild is not None
        event = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self.emit(event, channel_json(channel), channel.guild.id)

    def delete_channel(self, channel: Channel) -> None:
        assert channel.guild is not None
        event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        del self.channels[channel.id], channel.guild.channels[channel.id]
        self.emit(event, channel_json(channel), channel.guild.id)

    # messages

    def message_payload(self, message: Message) -> Json:
        return message_json(message, cdn=self.cdn, me=self.bot.id)

    def post(self, message: Message) -> None:
        """Put a finished message into its channel."""
        channel = message.channel
        channel.messages[message.id] = message
        self.attachments |= {a.id: a.content for a in message.attachments}
        if channel.archived and not channel.locked:
            self.update_channel(channel, archived=False)
        self._tell("MESSAGE_CREATE", message)

    def rewrite(self, message: Message, text: str) -> None:
        """A person edits a message of theirs."""
        message.content = text
        self.changed(message)

    def changed(self, message: Message) -> None:
        message.edited_at = time.time()
        self.attachments |= {a.id: a.content for a in message.attachments}
        self._tell("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        payload = {"id": str(message.id), "channel_id": str(message.channel.id)} | _where(message.channel)
        if not message.ephemeral:
            self.emit("MESSAGE_DELETE", payload, _guild_id(message.channel))

    def _tell(self, event: str, message: Message) -> None:
        if message.ephemeral or self.is_hidden(message.channel):
            self.on_change()
            return
        payload = self.message_payload(message) | _where(message.channel)
        guild = message.channel.guild
        if guild is not None and message.author.id in guild.members:
            payload["member"] = member_json(guild.members[message.author.id], with_user=False)
        self.emit(event, payload, _guild_id(message.channel))

    def is_hidden(self, channel: Channel) -> bool:
        """Whether the bot hears nothing of what happens there."""
        return channel.type == GROUP_DM or (channel.guild is not None and channel.guild.id not in self.guilds)

    def application_payload(self) -> Json:
        """The bot's application, as the bot sees it itself."""
        return {
            "id": str(self.application_id),
            "name": self.bot.name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": self.application_flags,
            "owner": user_json(next((u for u in self.users.values() if not u.bot), self.bot)),
            "team": None,
            "rpc_origins": [],
            "approximate_guild_count": len(self.guilds),
            "approximate_user_install_count": 0,
            "bot": user_json(self.bot),
        }


def _guild_id(channel: Channel) -> int | None:
    return None if channel.guild is None else channel.guild.id


def _where(channel: Channel) -> Json:
    return {} if channel.guild is None else {"guild_id": str(channel.guild.id)}
