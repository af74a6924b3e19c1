"""Days as people read them, in Discord and in the terminal. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def day(moment: datetime) -> str:
    """The UTC day as `28 June 2026`."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"


def days(first: datetime, last: datetime) -> str:
    """Both UTC days included, as `22 to 28 June 2026`."""
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    if first.date() == last.date():
        return day(last)
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {day(last)}"
