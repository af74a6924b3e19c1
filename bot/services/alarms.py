"""Which alarms a guild has yet to hear. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.services.schema import guilds
from ingest.catalogue import Catalogue
from ingest.catalogue.alarms import Alarm
from ingest.catalogue.dialect import upsert


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
