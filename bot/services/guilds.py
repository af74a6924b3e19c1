"""What is stored for each guild: its settings, and which alarms it has been sent. Knows no Discord."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, Integer, Text, cast, select

from bot.services.schema import guilds
from ingest.catalogue import Catalogue
from ingest.catalogue.alarms import Alarm
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import upsert
from ingest.catalogue.schema import facts
from ingest.errors import VerbatimError
from ingest.models import SHARED_SCOPE


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of one guild, with their defaults.

    Attributes:
        answer_channels: channels in which every message of a person is a question.
        thread_channels: channels in which an answer goes into a thread of its question.
        asker_roles: members with one of these roles may ask; empty: everybody.
        private: /ask and /digest answer in private by default.
        cards: what is shown at length comes as cards, not as plain text.
        shared: the sources that come with the bot are used too.
        language: code of the language a model answers in; "" for that of the question. Quotes stay as they are.
        gaps: questions without an answer are shown to moderators; people were told.
        digest_channel: where digests are posted; None for nowhere.
        digest_rhythm: `off`, `daily` or `weekly` (`bot.digest.timetable.Rhythm`).
        digest_weekday: of weekly ones, 0 for Monday.
        digest_hour, digest_zone: the local hour, in an IANA time zone.
        digest_from: when the schedule was set, in seconds since 1970: nothing is due before.
        digest_topics: topics whose stories rank higher.
        alarm_channel: where alarms about sources are posted; None for nowhere.
    """

    answer_channels: tuple[int, ...] = ()
    thread_channels: tuple[int, ...] = ()
    asker_roles: tuple[int, ...] = ()
    private: bool = False
    cards: bool = False
    shared: bool = True
    language: str = ""
    gaps: bool = False
    alarm_channel: int | None = None
    digest_channel: int | None = None
    digest_rhythm: str = "off"
    digest_weekday: int = 0
    digest_hour: int = 9
    digest_zone: str = "UTC"
    digest_from: int = 0
    digest_topics: tuple[str, ...] = ()


log = logging.getLogger(__name__)


PERSONS = "user:"
"""How the scopes of persons begin; no guild's does, because those are numbers."""


def personal_scope(person_id: int | str) -> str:
    """The scope of a person's own sources."""
    return f"{PERSONS}{person_id}"


EVERY_S = 1.0
"""How often to look for settings that other processes have changed, in seconds."""
_NAMES = frozenset(field.name for field in fields(GuildSettings))
DEFAULTS = GuildSettings()
_REVISION = "guild_revision"
"""Name of the fact that counts the changes."""


class GuildService:
    """The settings of all guilds. They are kept in memory, so reading never blocks; changing writes them first.

    Other processes may change them too: `refresh` takes over what they changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, GuildSettings] = {}
        self._newest = -1
        self.refresh()

    def settings(self, guild_id: int | None) -> GuildSettings:
        """The settings of a guild; the defaults in direct messages (None)."""
        return DEFAULTS if guild_id is None else self._known.get(guild_id, DEFAULTS)

    def scopes(self, guild_id: int | None, person_id: int | str | None = None) -> tuple[str, ...]:
        """The scopes of a guild: its own sources, and the shared ones unless it switched them off. Of None: the shared
        ones and the person's own."""
        if guild_id is None:
            return (SHARED_SCOPE,) if person_id is None else (SHARED_SCOPE, personal_scope(person_id))
        return (str(guild_id), SHARED_SCOPE) if self.settings(guild_id).shared else (str(guild_id),)

    def seen(self, scopes: tuple[str, ...]) -> tuple[str, ...]:
        """What a program sees that was given these scopes: not the shared sources where the guild switched them off."""
        guild_id = next((int(scope) for scope in scopes if scope.isascii() and scope.isdigit()), None)
        if self.settings(guild_id).shared:
            return scopes
        return tuple(scope for scope in scopes if scope != SHARED_SCOPE)

    def seen_now(self, scopes: tuple[str, ...]) -> tuple[str, ...]:
        """The same where nobody calls `refresh` each second. Blocks, for one small query."""
        self.refresh()
        return self.seen(scopes)

    def change(self, guild_id: int, settings: GuildSettings) -> None:
        """Store new settings. Blocks."""
        with self._database.write(alone=False) as connection:
            values = {"settings": asdict(settings), "revision": next_revision(connection)}
            statement = upsert(guilds, ["id"], changed=list(values))
            connection.execute(statement.values(id=str(guild_id), **values))
        self._known[guild_id] = settings

    def refresh(self) -> None:
        """Take over what has changed since the last call, in whatever process. Blocks, for one small query."""
        newer = (guilds.c.revision > self._newest) & guilds.c.left_at.is_(None)
        wanted = select(guilds.c.id, guilds.c.settings, guilds.c.revision).where(newer).order_by(guilds.c.revision)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        for row in rows:
            self._known[int(row.id)] = _read(row.settings)
            self._newest = row.revision

    @contextmanager
    def following(self) -> Iterator[None]:
        """Call `refresh` each second, in a thread, until the end of the `with` block."""
        ended = threading.Event()
        thread = threading.Thread(target=self._follow, args=(ended,), name="settings", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(EVERY_S)

    def _follow(self, ended: threading.Event) -> None:
        trouble = ""
        while not ended.wait(EVERY_S):
            try:
                self.refresh()
                trouble = ""
            except VerbatimError as error:
                if str(error) != trouble:  # once, not each second
                    log.warning("settings that other processes change are not heard of: %s", error)
                trouble = str(error)

    def forget(self, guild_id: int) -> None:
        """Remove a guild from memory after its stored settings were deleted."""
        self._known.pop(guild_id, None)


def next_revision(connection: Connection) -> int:
    """The revision of a change of a guild. Others wait here until the transaction ends, so none becomes visible
    before a lower one."""
    more = cast(cast(facts.c.value, Integer) + 1, Text)
    statement = upsert(facts, ["name"], changed={"value": more}).values(name=_REVISION, value="1")
    return int(connection.execute(statement.returning(facts.c.value)).scalar_one())


def _read(stored: dict[str, Any]) -> GuildSettings:
    """The stored fields that this version of the program knows; JSON lists become tuples."""
    known: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items() if n in _NAMES}
    return GuildSettings(**known)


class AlarmService:
    """Alarms about the sources of a guild, each reported once. Used by `bot.discord.posting.alarms`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._alarms, self._database = catalogue.alarms, catalogue.database

    def listen(self, guild_id: int) -> None:
        """Start with the alarms raised from now on."""
        self.mark_posted(guild_id, self._alarms.newest_id())

    def waiting(self, guild_id: int) -> Sequence[Alarm]:
        """The alarms that the guild has not been sent yet, oldest first."""
        last = select(guilds.c.last_alarm).where(guilds.c.id == str(guild_id))
        with self._database.read() as connection:
            heard = connection.execute(last).scalar() or 0
        return self._alarms.after(heard, str(guild_id))

    def mark_posted(self, guild_id: int, alarm_id: int) -> None:
        """Mark all alarms up to this one as reported."""
        statement = upsert(guilds, ["id"], changed=["last_alarm"])
        with self._database.write(alone=False) as connection:
            connection.execute(statement.values(id=str(guild_id), settings={}, last_alarm=alarm_id))
