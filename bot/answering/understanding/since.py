"""From when on articles count, as a person types it beside a question: a date, or words like "last week". Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from bot.answering.models import Window
from bot.answering.understanding.windows import read_window
from bot.errors import AskersError
from bot.translation import _
from ingest.clock import parse_published
from ingest.errors import SettingsError

_TODAY = re.compile(r"(?:since )?today", re.IGNORECASE)


class UnreadableSinceError(AskersError):
    """What was typed names no time, or none that has passed."""


def parse_since(typed: str, asked_at: datetime, zone: tzinfo = UTC) -> Window:
    """The window from that time on: `2026-06-28`, `last week` (its Monday), `3 days ago`, `June`, `2 weeks`.

    Args:
        asked_at: the asker's clock, aware.
        zone: where the asker's days and weeks begin.

    Raises:
        UnreadableSinceError: it names no time before `asked_at`.
    """
    since = _named(" ".join(typed.split()), asked_at, zone)
    if since is None or since >= asked_at:
        why = _("it names no time that I know") if since is None else _("that is yet to come")
        hint = _("Write a date such as 2026-06-28, or words such as last week, yesterday or 3 days ago.")
        raise UnreadableSinceError(_("cannot tell since when"), repr(typed[:40]), why, hint=hint)
    return Window(since.astimezone(UTC), None)


def narrowed(window: Window | None, asked: Window | None) -> Window | None:
    """The window of a question's words, not reaching further back than what was asked for beside it.

    Where both have nothing in common, what was asked for beside it counts: it was meant, the words may be a name.
    """
    if window is None or asked is None or asked.since is None:
        return asked or window
    if window.until is not None and window.until <= asked.since:
        return asked
    return Window(max(asked.since, window.since or asked.since), window.until)


def _named(typed: str, asked_at: datetime, zone: tzinfo) -> datetime | None:
    if _TODAY.fullmatch(typed):
        return asked_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return parse_published(typed)
    except SettingsError:
        readings = (read_window(words, asked_at, zone) for words in (f"since {typed}", typed, f"last {typed}"))
        return next((window.since for window in readings if window and window.since), None)
