"""The things a Discord holds, as plain data: users, guilds, channels, messages, interactions.

Knows nothing of JSON, HTTP or asyncio. Objects are changed in the server's loop only; tests read them. Times are
seconds of `time.time()`; permissions and flags are Discord's bit sets (Discord documentation, "Permissions" and
"Message Object").
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord.permissions import Overwrite, Role

Json = dict[str, Any]

TEXT, DM, GROUP_DM, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 3, 11, 12, 15
THREADS = frozenset({PUBLIC_THREAD, PRIVATE_THREAD})
DEFAULT, REPLY, CHAT_INPUT_COMMAND, THREAD_STARTER = 0, 19, 20, 21
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5

REQUIRE_TAG = 1 << 4
"""Flag of a forum (documentation, "Channel Flags")."""

_EPOCH_MS = 1_420_070_400_000
_counter = itertools.count()


def snowflake() -> int:
    """A new id, rising: milliseconds since 2015 above 22 other bits (Discord documentation, "Snowflakes")."""
    return (int(time.time() * 1000) - _EPOCH_MS) << 22 | next(_counter) % (1 << 22)


def created_at(identifier: int) -> float:
    """When an id was made, in seconds since 1970."""
    return ((identifier >> 22) + _EPOCH_MS) / 1000


@dataclass(eq=False)
class User:
    name: str
    bot: bool = False
    accepts_dms: bool = True
    id: int = field(default_factory=snowflake)
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False)
class Member:
    user: User
    roles: list[int] = field(default_factory=list)


@dataclass(eq=False)
class Attachment:
    filename: str
    content: bytes
    content_type: str = "application/octet-stream"
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Message:
    channel: Channel
    author: User
    content: str = ""
    type: int = DEFAULT
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    mention_everyone: bool = False
    mention_roles: list[int] = field(default_factory=list)
    reference: Message | None = None
    interaction: Interaction | None = None
    thread: Channel | None = None
    nonce: str | None = None
    edited_at: float | None = None
    deleted: bool = False
    id: int = field(default_factory=snowflake)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def is_card(self) -> bool:
        """Whether its words are in components (message flag `IS_COMPONENTS_V2`)."""
        return bool(self.flags & COMPONENTS_V2)

    @property
    def words(self) -> str:
        """What people read: its content, or the texts of its components."""
        return "\n".join(_texts(self.components)) if self.is_card else self.content

    @property
    def loading(self) -> bool:
        """Whether people still see "is thinking..."."""
        return bool(self.flags & LOADING)


def _texts(components: list[Json]) -> Iterator[str]:
    """What text displays say, in their order."""
    for component in components:
        if "content" in component:
            yield component["content"]
        yield from _texts(component.get("components", []))


@dataclass(eq=False)
class Channel:
    name: str
    guild: Guild | None = None
    type: int = TEXT
    parent: Channel | None = None
    owner: User | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: list[Overwrite] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    tags: list[Json] = field(default_factory=list)
    applied_tags: list[int] = field(default_factory=list)
    require_tag: bool = False
    thread_members: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    id: int = field(default_factory=snowflake)

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS

    @property
    def visible_messages(self) -> list[Message]:
        """What the channel's history holds for everybody, oldest first: no ephemeral messages."""
        return [m for m in self.messages.values() if not m.ephemeral]


@dataclass(eq=False)
class Guild:
    name: str
    owner: User
    id: int = field(default_factory=snowflake)
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    locale: str = "en-US"

    @property
    def channel(self) -> Channel:
        """Its first text channel."""
        return next(c for c in self.channels.values() if c.type == TEXT)


@dataclass(eq=False)
class Interaction:
    """One use of a command, button, select or modal, and what the bot made of it."""

    type: int
    user: User
    channel: Channel
    data: Json
    message: Message | None = None
    opened_by: Interaction | None = None
    sent_at: float = field(default_factory=time.time)
    callback_type: int | None = None
    callback_data: Json = field(default_factory=dict)
    answered_at: float | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    id: int = field(default_factory=snowflake)

    @property
    def token(self) -> str:
        return f"interaction-{self.id}"

    @property
    def guild(self) -> Guild | None:
        return self.channel.guild

    @property
    def answered_after_s(self) -> float | None:
        """Seconds from the gateway event to the first callback; None: no callback yet."""
        return None if self.answered_at is None else self.answered_at - self.sent_at

    @property
    def deferred(self) -> bool:
        return self.callback_type in (5, 6)

    @property
    def ephemeral(self) -> bool:
        """Whether the first response is shown to the user alone."""
        return bool(self.callback_data.get("flags", 0) & EPHEMERAL)

    @property
    def messages(self) -> list[Message]:
        """The responses people see now, oldest first."""
        shown = [self.original] if self.original is not None and self.original is not self.message else []
        return [m for m in [*shown, *self.followups] if not m.deleted]

    @property
    def done(self) -> bool:
        """Whether a callback came and nothing shows "is thinking..." any more."""
        return self.answered_at is not None and not any(m.loading for m in self.messages)

    @property
    def content(self) -> str:
        """The text of all its responses, joined by line breaks."""
        return "\n".join(m.words for m in self.messages if m.words)

    @property
    def choices(self) -> list[Json]:
        """The suggestions of an autocomplete response."""
        return list(self.callback_data.get("choices") or [])

    @property
    def modal(self) -> Json | None:
        """The modal the bot opened, if it did."""
        return self.callback_data if self.callback_type == 9 else None
