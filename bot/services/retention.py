"""What is forgotten when: answers and digests after 90 days, counts after a year, guilds 30 days after they were left.

Knows no Discord.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import timedelta

from bot.services.answers import AnswerKeeper
from bot.services.digests import KEPT
from bot.services.guilds import GuildKeeper
from bot.store.digests import Digests
from bot.store.guilds import Guilds
from bot.store.usage import UsageBook
from ingest.wiring import utc_now

GRACE = timedelta(days=30)
"""How long all is kept for a guild that may ask the bot back."""


COUNTED = timedelta(days=366)
"""How long the counts of questions and tokens are kept."""


@dataclass(frozen=True, slots=True)
class Housekeeper:
    """Implements `bot.services.Housekeeping`."""

    guilds: Guilds
    settings: GuildKeeper
    answers: AnswerKeeper
    usage: UsageBook
    digests: Digests

    def left(self, guild_id: int) -> None:
        self.guilds.left(str(guild_id), utc_now())

    def joined(self, guild_id: int) -> None:
        self.guilds.joined(str(guild_id))

    def here(self, present: Container[int], ours: Callable[[int], bool]) -> None:
        for guild_id in map(int, self.guilds.known()):
            if ours(guild_id) and guild_id not in present:
                self.left(guild_id)

    def tidy(self) -> None:
        now = utc_now()
        self.answers.forget_old(now)
        self.digests.forget_before(now - KEPT)
        self.usage.forget_before((now - COUNTED).date())
        for guild_id in self.guilds.forget_left_before(now - GRACE):
            self.settings.forget(int(guild_id))
