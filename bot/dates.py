"""Days as people read them, in Discord and in the terminal. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def day(moment: datetime, zone: tzinfo = UTC) -> str:
    """The day in a zone as `28 June 2026`."""
    moment = moment.astimezone(zone)
    return f"{moment.day} {moment:%B %Y}"


def days(first: datetime, last: datetime, zone: tzinfo = UTC) -> str:
    """Both days included, in a zone, as `22 to 28 June 2026`."""
    first, last = first.astimezone(zone), last.astimezone(zone)
    if first.date() == last.date():
        return day(last, zone)
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {day(last, zone)}"
