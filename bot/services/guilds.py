"""What is stored for each guild: its settings, and which alarms it has been sent. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select

from bot.services.schema import guilds
from ingest.catalogue import Catalogue
from ingest.catalogue.alarms import Alarm
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import upsert
from ingest.models import SHARED_SCOPE


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


class GuildService:
    """The settings of all guilds. They are kept in memory, so reading never blocks; changing writes them first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = {int(guild_id): _read(stored) for guild_id, stored in self._all().items()}

    def settings(self, guild_id: int | None) -> GuildSettings:
        """What holds in a guild; in direct messages (None) the defaults."""
        return DEFAULTS if guild_id is None else self._known.get(guild_id, DEFAULTS)

    def scopes(self, guild_id: int | None) -> tuple[str, ...]:
        """What a guild sees: its own sources, and the shared ones unless it switched them off."""
        if guild_id is None:
            return (SHARED_SCOPE,)
        return (str(guild_id), SHARED_SCOPE) if self.settings(guild_id).shared else (str(guild_id),)

    def change(self, guild_id: int, settings: GuildSettings) -> None:
        """Store new settings. Blocks."""
        statement = upsert(guilds, ["id"], changed=["settings"]).values(id=str(guild_id), settings=asdict(settings))
        with self._database.write() as connection:
            connection.execute(statement)
        self._known[guild_id] = settings

    def forget(self, guild_id: int) -> None:
        """Drop a guild whose stored settings were deleted from memory."""
        self._known.pop(guild_id, None)

    def _all(self) -> dict[str, dict[str, Any]]:
        """What was set in every guild that the bot has not left."""
        with self._database.read() as connection:
            rows = connection.execute(select(guilds.c.id, guilds.c.settings).where(guilds.c.left_at.is_(None)))
            return {row.id: dict(row.settings) for row in rows}


def _read(stored: dict[str, Any]) -> GuildSettings:
    """What was stored, without what another version of the program knew; lists come back from JSON as such."""
    known: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items() if n in _NAMES}
    return GuildSettings(**known)


class AlarmService:
    """Alarms about the sources of a guild, each reported once. Used by `bot.discord.posting.alarms`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._alarms, self._database = catalogue.alarms, catalogue.database

    def listen(self, guild_id: int) -> None:
        """Start with the alarms raised from now on."""
        self.told(guild_id, self._alarms.newest_id())

    def waiting(self, guild_id: int) -> Sequence[Alarm]:
        """What the guild has not heard yet, oldest first."""
        last = select(guilds.c.last_alarm).where(guilds.c.id == str(guild_id))
        with self._database.read() as connection:
            heard = connection.execute(last).scalar() or 0
        return self._alarms.after(heard, str(guild_id))

    def told(self, guild_id: int, alarm_id: int) -> None:
        """Mark all alarms up to this one as reported."""
        statement = upsert(guilds, ["id"], changed=["last_alarm"])
        with self._database.write() as connection:
            connection.execute(statement.values(id=str(guild_id), settings={}, last_alarm=alarm_id))
