"""What a guild has set, as a plain value, and where it is kept. Knows no Discord."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.store.guilds import Guilds
from ingest.corpus.models import SHARED_SCOPE


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of one guild; the defaults hold where nothing was set.

    Attributes:
        answer_channels: channels in which every message of a person is a question.
        asker_roles: who may ask: members with one of these roles; none: everybody.
        private: /ask and /digest answer in private unless told otherwise.
        shared: the sources that come with the bot are seen too.
        language: code of the language a model answers in; "" for that of the question. Quotes stay as they are.
        digest_channel: where digests are posted; None for nowhere.
        digest_rhythm: `off`, `daily` or `weekly` (`bot.digest.timetable.Rhythm`).
        digest_weekday: of weekly ones, 0 for Monday.
        digest_hour, digest_zone: the local hour, in an IANA time zone.
        digest_from: when this was set, in seconds since 1970: nothing is due that was due before.
        digest_topics: what interests the guild; stories about it rank higher.
        alarm_channel: where it is told that a source fell silent, keeps failing or ended; None for nowhere.
    """

    answer_channels: tuple[int, ...] = ()
    asker_roles: tuple[int, ...] = ()
    private: bool = False
    shared: bool = True
    language: str = ""
    alarm_channel: int | None = None
    digest_channel: int | None = None
    digest_rhythm: str = "off"
    digest_weekday: int = 0
    digest_hour: int = 9
    digest_zone: str = "UTC"
    digest_from: int = 0
    digest_topics: tuple[str, ...] = ()


_NAMES = frozenset(field.name for field in fields(GuildSettings))
DEFAULTS = GuildSettings()


class GuildKeeper:
    """The settings of all guilds. Reading is free: they are kept in memory; changing writes them down first."""

    def __init__(self, guilds: Guilds) -> None:
        self._guilds = guilds
        self._known = {int(guild_id): _read(stored) for guild_id, stored in guilds.all_settings().items()}

    def settings(self, guild_id: int | None) -> GuildSettings:
        """What holds in a guild; in direct messages (None) the defaults."""
        return DEFAULTS if guild_id is None else self._known.get(guild_id, DEFAULTS)

    def scopes(self, guild_id: int | None) -> tuple[str, ...]:
        """What a guild sees: its own sources, and the shared ones unless it switched them off."""
        if guild_id is None:
            return (SHARED_SCOPE,)
        return (str(guild_id), SHARED_SCOPE) if self.settings(guild_id).shared else (str(guild_id),)

    def change(self, guild_id: int, settings: GuildSettings) -> None:
        self._guilds.change(str(guild_id), asdict(settings))
        self._known[guild_id] = settings

    def forget(self, guild_id: int) -> None:
        """Its settings were deleted."""
        self._known.pop(guild_id, None)


def _read(stored: dict[str, Any]) -> GuildSettings:
    """What was stored, without what another version of the program knew; lists come back from JSON as such."""
    known: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items() if n in _NAMES}
    return GuildSettings(**known)
