"""Digests whose results can be worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.digest.models import Digest, Order
from bot.services.digests import DigestService
from bot.services.guilds import GuildSettings
from bot.services.records import DueDigest, Prospect, Undelivered
from ingest.errors import CatalogueError
from tests.bot.examples import ASKED_AT, digest


@dataclass
class OneStory:
    """A digest of one story, titled by what was asked for."""

    asked: list[Order] = field(default_factory=list)

    def digest(self, order: Order) -> Digest:
        self.asked.append(order)
        return digest(f"{(order.until - order.since).days} days of {order.topic or 'everything'}")


@dataclass
class DigestShelf(DigestService):
    """Digests in a list; `due` is what is next to be posted, by guild."""

    given: list[tuple[Digest, str, bool]] = field(default_factory=list)
    due: dict[int, DueDigest] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    crash: bool = False
    taken: bool = False
    """Another process has claimed what was due."""

    def keep(self, digest: Digest, scope: str, *, private: bool) -> int:
        self.given.append((digest, scope, private))
        return len(self.given)

    def find(self, digest_id: int, scopes: tuple[str, ...]) -> Digest | None:
        return self.given[digest_id - 1][0] if digest_id <= len(self.given) else None

    def claim(self, guild_id: int, settings: GuildSettings, now: datetime) -> DueDigest | None:
        return self.due.get(guild_id)

    def write(self, due: DueDigest, scopes: tuple[str, ...], topics: tuple[str, ...]) -> Digest:
        if self.crash:
            raise CatalogueError("cannot read the catalogue", "catalogue.db", "it is damaged")
        return digest("Polaris 2 is out")

    def sending(self, due: DueDigest, since: datetime) -> bool:
        self.log.append("taken" if self.taken else "sending again" if since == due.sending_since else "sending")
        return not self.taken

    def sent(self, due: DueDigest, now: datetime) -> None:
        self.log.append("sent")
        del self.due[due.guild_id]

    def put_off(self, due: DueDigest, why: str, now: datetime) -> None:
        self.log.append(f"put off: {why}")

    def give_up(self, due: DueDigest, why: str, now: datetime) -> bool:
        is_news = f"given up: {why}" not in self.log
        self.log.append(f"given up: {why}")
        del self.due[due.guild_id]
        return is_news

    def doubt(self, due: DueDigest, why: str, now: datetime) -> None:
        self.log.append(f"doubtful: {why}")
        del self.due[due.guild_id]

    def undelivered(self, guild_id: int) -> Undelivered | None:
        last = next((line for line in reversed(self.log) if ": " in line), "")
        prospect, _, why = last.partition(": ")
        return Undelivered(ASKED_AT, why, Prospect(prospect.replace("put off", "waits"))) if last else None


class LongWeek(OneStory):
    """A digest of a dozen stories."""

    def digest(self, order: Order) -> Digest:
        self.asked.append(order)
        return digest(*(f"Story {n}" for n in range(12)))
