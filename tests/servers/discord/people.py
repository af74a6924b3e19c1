"""What people do in this Discord: join, write, use commands, press buttons, fill in modals, react, delete."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.servers.discord.interacting import (
    MESSAGE_COMMAND,
    CannotUse,
    command_data,
    component_data,
    find_command,
    interaction_json,
    message_command_data,
    modal_data,
    must_be_visible,
)
from tests.servers.discord.nouns import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    REPLY,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Json,
    Message,
    User,
    snowflake,
)
from tests.servers.discord.permissions import SEND_MESSAGES, VIEW_CHANNEL, Overwrite
from tests.servers.discord.world import World

T = TypeVar("T")

_AUTOCOMPLETE_TIMEOUT_S = 3.0


class People(ABC):
    """The doings of people, each carried out in the server's loop."""

    world: World

    @abstractmethod
    def _call(self, work: Callable[[], T]) -> T: ...

    @abstractmethod
    def wait_for(self, predicate: Callable[[], Any], timeout_s: float = 10.0, what: str = "") -> None: ...

    # guilds, members, channels

    def add_guild(
        self,
        name: str,
        channels: Sequence[str] = ("general",),
        owner: User | None = None,
        shard: tuple[int, int] = (0, 1),
    ) -> Guild:
        """A guild that the bot is in, or joins now.

        Args:
            shard: the shard it is on, of how many (documentation, "Sharding").
        """
        number, count = shard
        identifier = next(id_ for id_ in iter(snowflake, None) if (id_ >> 22) % count == number)
        guild = Guild(name, owner or self.add_user(f"owner of {name}"), identifier)
        self._call(lambda: self.world.add_guild(guild, tuple(channels)))
        return guild

    def add_user(self, name: str, guild: Guild | None = None, permissions: int = 0) -> User:
        """A person; with a guild, a member of it, with permissions beyond everybody's."""
        user = User(name)
        self._call(lambda: self.world.users.update({user.id: user}))
        if guild is not None:
            self.join(guild, user, permissions)
        return user

    def join(self, guild: Guild, user: User, permissions: int = 0) -> None:
        self._call(lambda: self.world.add_member(guild, user, permissions))

    def dm(self, user: User) -> Channel:
        """The direct messages between a person and the bot."""
        return self._call(lambda: self.world.open_dm(user))

    def elsewhere(self, user: User) -> Channel:
        """A channel of a guild that does not have the application, and of which a person is a member."""
        return self._call(lambda: self.world.elsewhere(user))

    def group(self, *users: User) -> Channel:
        """A conversation of several people, without the bot."""
        return self._call(lambda: self.world.group(*users))

    def mute_bot(self, channel: Channel, permissions: int = SEND_MESSAGES) -> None:
        """Take permissions from the bot in a channel; VIEW_CHANNEL hides it."""
        overwrite = Overwrite(self.world.bot.id, for_member=True, deny=permissions)
        self._call(lambda: self.world.update_channel(channel, overwrites=[*channel.overwrites, overwrite]))

    def open_thread(self, parent: Channel, name: str, user: User, starter: Message | None = None) -> Channel:
        return self._call(lambda: self.world.open_thread(parent, name, user, starter))

    def add_forum(self, guild: Guild, name: str, tags: Sequence[str] = (), *, require_tag: bool = False) -> Channel:
        return self._call(lambda: self.world.add_forum(guild, name, tuple(tags), require_tag=require_tag))

    def open_post(self, forum: Channel, title: str, user: User, text: str) -> Message:
        """A person opens a post of a forum; its first message."""
        return self._call(lambda: self.world.open_post(forum, title, user, text))

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        self._call(lambda: self.world.update_channel(thread, archived=True, locked=locked))

    def delete_channel(self, channel: Channel) -> None:
        self._call(lambda: self.world.delete_channel(channel))

    def open_command(self, guild: Guild, name: str, user: User) -> None:
        """An administrator opens a command to a person, on Discord's own permission page."""

        def open_it() -> None:
            (command,) = [c for c in self.world.commands[None].values() if c["name"] == name]
            rules = self.world.command_permissions.setdefault(guild.id, {}).setdefault(int(command["id"]), [])
            rules.append({"id": str(user.id), "type": 2, "permission": True})

        self._call(open_it)

    # messages

    def say(
        self,
        channel: Channel,
        user: User,
        text: str,
        mentions: Sequence[User] = (),
        reply_to: Message | None = None,
        attachments: Sequence[Attachment] = (),
        *,
        ping: bool = True,
    ) -> Message:
        """A person writes.

        Args:
            mentions: put in front of the text, where it does not have them.
            ping: whether a reply notifies the author of the message it replies to; one to the answer of an
                interaction never does (developers' guide "You might not need a privileged intent").
        """
        prefix = "".join(f"{named.mention} " for named in mentions if named.mention not in text)
        message = Message(channel, user, prefix + text, type=REPLY if reply_to else 0, reference=reply_to)
        message.mentions = list(mentions)
        message.attachments = list(attachments)
        notifies = ping and reply_to is not None and reply_to.interaction is None
        if reply_to is not None and notifies and reply_to.author not in message.mentions:
            message.mentions.append(reply_to.author)
        self._call(lambda: self.world.post(message))
        return message

    def edit(self, message: Message, text: str, mentions: Sequence[User] = ()) -> None:
        """A person changes what they wrote; `mentions` are put in front."""

        def edit() -> None:
            message.mentions += [named for named in mentions if named not in message.mentions]
            self.world.rewrite(message, "".join(f"{named.mention} " for named in mentions) + text)

        self._call(edit)

    def delete(self, message: Message) -> None:
        self._call(lambda: self.world.delete(message))

    # interactions

    def slash(
        self,
        guild: Guild | None,
        channel: Channel,
        user: User,
        name: str,
        options: Json | None = None,
        *,
        overridden: bool = False,
    ) -> Interaction:
        """A person uses a command such as "ask" or "source add".

        Args:
            guild: None in direct messages.
            options: values by name; User, Channel, Role, Attachment objects where wanted.
            overridden: sent although the client hides it, as a client of somebody's own could.

        Raises:
            CannotUse: Discord's client would not let them.
        """
        return self._send(lambda: self._command(COMMAND, channel, user, name, options or {}, None, overridden), guild)

    def use_on(self, message: Message, user: User, name: str) -> Interaction:
        """A person uses a command in the menu of a message (Apps).

        Raises:
            CannotUse: Discord's client would not let them.
        """

        def make() -> Interaction:
            command = find_command(self.world, message.channel, user, name, kind=MESSAGE_COMMAND)
            return Interaction(COMMAND, user, message.channel, message_command_data(self.world, command, message))

        return self._send(make, message.channel.guild)

    def autocomplete(
        self,
        guild: Guild | None,
        channel: Channel,
        user: User,
        name: str,
        options: Json,
        focused: str | None = None,
    ) -> list[Json]:
        """The suggestions for an option that is being typed (the last one, when not told)."""
        typed = focused or list(options)[-1]
        sent = self._send(lambda: self._command(AUTOCOMPLETE, channel, user, name, options, typed, False), guild)
        self.wait_for(lambda: sent.answered_at is not None, _AUTOCOMPLETE_TIMEOUT_S, f"autocomplete of /{name}")
        return sent.choices

    def press(self, message: Message, custom_id: str, user: User) -> Interaction:
        """A person presses a button."""
        return self.select(message, custom_id, user, None)

    def select(self, message: Message, custom_id: str, user: User, values: list[str] | None) -> Interaction:
        """A person chooses in a select."""

        def make() -> Interaction:
            data = component_data(message, custom_id, values)
            return Interaction(COMPONENT, user, message.channel, data, message=message)

        return self._send(make, message.channel.guild)

    def submit_modal(self, opened: Interaction, values: dict[str, str]) -> Interaction:
        """The person for whom a modal was opened fills it in: text by custom_id."""
        if opened.modal is None:
            raise CannotUse("no modal was opened")
        modal = opened.modal

        def make() -> Interaction:
            data = modal_data(modal, values)
            return Interaction(MODAL_SUBMIT, opened.user, opened.channel, data, opened.message, opened)

        return self._send(make, opened.guild)

    def redeliver(self, interaction: Interaction) -> None:
        """Discord sends the same interaction once more."""
        self._call(lambda: self._deliver(interaction))

    def _command(
        self, kind: int, channel: Channel, user: User, name: str, options: Json, focused: str | None, overridden: bool
    ) -> Interaction:
        first, *path = name.removeprefix("/").split()
        command = find_command(self.world, channel, user, first, overridden=overridden)
        return Interaction(kind, user, channel, command_data(self.world, command, path, options, focused))

    def _send(self, make: Callable[[], Interaction], guild: Guild | None) -> Interaction:
        def send() -> Interaction:
            interaction = make()
            if interaction.guild is not guild:
                raise CannotUse("the channel is not in this guild")
            if not self.world.permissions(interaction.user, interaction.channel) & VIEW_CHANNEL:
                raise CannotUse(f"{interaction.user.name} does not see #{interaction.channel.name}")
            must_be_visible(interaction)
            self.world.interactions[interaction.id] = interaction
            self._deliver(interaction)
            return interaction

        return self._call(send)

    def _deliver(self, interaction: Interaction) -> None:
        guild_id = None if interaction.guild is None else interaction.guild.id
        self.world.emit("INTERACTION_CREATE", interaction_json(self.world, interaction), guild_id)
