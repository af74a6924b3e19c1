"""The weeks of the site: Monday to Sunday, in UTC. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.contract import Json
from bot.lexicon.dates import days
from ingest.clock import format_utc

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week `[since, until)`, or the part of it that is over."""

    since: datetime
    until: datetime

    @property
    def id(self) -> str:
        """The week of ISO 8601, such as 2026-W07, which its addresses are made of."""
        return f"{self.since:%G-W%V}"

    @property
    def name(self) -> str:
        return days(self.since, self.since + WEEK - timedelta(seconds=1))

    @property
    def order(self) -> Json:
        """The request for its digest."""
        return {"since": format_utc(self.since), "at": format_utc(self.until)}


def weeks_before(moment: datetime, count: int) -> list[Week]:
    """The last weeks, the newest first: the one of `moment` ends there; one that has just begun is left out."""
    monday = datetime.combine((moment - timedelta(days=moment.weekday())).date(), time(), UTC)
    first = monday if moment > monday else monday - WEEK
    return [Week(first - n * WEEK, min(first - n * WEEK + WEEK, moment)) for n in range(count)]
