"""Who may do what: Discord's own algorithm over roles and overwrites (documentation, "Permission Hierarchy")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
USE_APPLICATION_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
SEND_MESSAGES_IN_THREADS = 1 << 38
ALL = (1 << 53) - 1
EVERYBODY = (
    ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
)


@dataclass(eq=False)
class Role:
    name: str
    permissions: int
    id: int = field(kw_only=True)


@dataclass(eq=False)
class Overwrite:
    """What a channel allows or denies one role or member, against the roles' permissions."""

    target_id: int
    for_member: bool = False
    allow: int = 0
    deny: int = 0


def effective(
    member_id: int, base: int, role_ids: Iterable[int], everyone_id: int, overwrites: Iterable[Overwrite]
) -> int:
    """The permissions of a member in a channel.

    Args:
        base: the union of the permissions of all the member's roles, @everyone among them.
        everyone_id: the id of the @everyone role, which is the guild's.
    """
    if base & ADMINISTRATOR:
        return ALL
    overwrites, roles = list(overwrites), set(role_ids)
    layers = [
        [o for o in overwrites if not o.for_member and o.target_id == everyone_id],
        [o for o in overwrites if not o.for_member and o.target_id in roles - {everyone_id}],
        [o for o in overwrites if o.for_member and o.target_id == member_id],
    ]
    for layer in layers:
        for overwrite in layer:
            base &= ~overwrite.deny
        for overwrite in layer:
            base |= overwrite.allow
    return base if base & VIEW_CHANNEL else 0
