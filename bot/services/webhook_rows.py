"""Webhooks and the messages to them as rows of their tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row

from bot.digest.timetable import Rhythm, Timetable
from ingest.models import SHARED_SCOPE


class HookKind(StrEnum):
    """Whose form a message takes."""

    DISCORD = "discord"
    SLACK = "slack"
    JSON = "json"

    @property
    def drops_repeats(self) -> bool:
        """Whether the receiver can tell a repeated message by its id."""
        return self is HookKind.JSON


class HookState(StrEnum):
    ACTIVE = "active"
    STOPPED = "stopped"
    """Its address is gone, and `why`."""


class HookPostState(StrEnum):
    """The state of a message to a webhook."""

    BEGUN = "begun"
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """It cannot be known whether it arrived, and the receiver could not tell a repeat; it is not sent again."""


@dataclass(frozen=True, slots=True)
class HookOptions:
    """What a webhook gets, and when.

    Attributes:
        rhythm, weekday, hour, zone: of its digests, as in `bot.digest.timetable.Timetable`.
        watches: it also gets what the watches of its guild tell.
    """

    rhythm: str = Rhythm.OFF.value
    weekday: int = 0
    hour: int = 9
    zone: str = "UTC"
    watches: bool = False


@dataclass(frozen=True, slots=True)
class HookOrder:
    """A webhook that somebody wants. Its address and secret are kept out of its representation, and so out of logs."""

    scope: str
    kind: HookKind
    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    options: HookOptions = field(default_factory=HookOptions)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where messages of a scope are posted.

    Attributes:
        scope: whose digests: a guild's id, or `shared`.
        address: where to post; a secret.
        secret: what messages are signed with, of JSON ones; "" for others.
        why: why it was stopped.
    """

    id: int
    scope: str
    kind: HookKind
    address: str = field(repr=False)
    secret: str = field(repr=False)
    options: HookOptions
    state: HookState
    why: str
    created_at: datetime

    @property
    def name(self) -> str:
        """What may be said of it: its number and its host."""
        return f"webhook {self.id} ({urlsplit(self.address).hostname})"

    @property
    def guild_id(self) -> int | None:
        return None if self.scope == SHARED_SCOPE else int(self.scope)

    @property
    def timetable(self) -> Timetable:
        wants = self.options
        return Timetable(Rhythm(wants.rhythm), wants.weekday, wants.hour, wants.zone, self.created_at)


@dataclass(frozen=True, slots=True)
class DueHookPost:
    """A message that this process has claimed.

    Attributes:
        message_id: the same at every attempt.
        due_at: when its digest was due; None for what a watch found.
        digest_id: of its digest, once it is written.
        watch_post: the message of a watch whose stories it tells.
        sending_since: when an attempt began whose outcome nobody recorded; it may have arrived.
        attempts: how many failed.
        at: when it was begun.
        leased_until: the end of the lease; it also tells this claim from a later one.
    """

    id: int
    hook: Webhook
    message_id: str
    due_at: datetime | None
    digest_id: int | None
    watch_post: int | None
    sending_since: datetime | None
    attempts: int
    at: datetime
    leased_until: datetime


_OPTIONS = frozenset(f.name for f in fields(HookOptions))


def options_to_json(options: HookOptions) -> dict[str, Any]:
    return asdict(options)


def webhook_of(row: Row[Any]) -> Webhook:
    known = {name: value for name, value in row.options.items() if name in _OPTIONS}
    return Webhook(
        row.id, row.scope, HookKind(row.kind), row.address, row.secret, HookOptions(**known), HookState(row.state),
        row.why, row.created_at,
    )  # fmt: skip
