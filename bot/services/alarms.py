"""Which alarms a guild has yet to hear. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.guilds import Guilds
from ingest.corpus.catalogue.alarms import Alarm, Alarms


@dataclass(frozen=True, slots=True)
class AlarmKeeper:
    """Implements `bot.services.AlarmKeeping`."""

    alarms: Alarms
    guilds: Guilds

    def listen(self, guild_id: int) -> None:
        self.guilds.told_alarm(str(guild_id), self.alarms.newest_id())

    def waiting(self, guild_id: int) -> Sequence[Alarm]:
        return self.alarms.after(self.guilds.last_alarm(str(guild_id)), str(guild_id))

    def told(self, guild_id: int, alarm_id: int) -> None:
        self.guilds.told_alarm(str(guild_id), alarm_id)
