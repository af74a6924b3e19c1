"""The bot's own sentences about digests, as Markdown. Pure."""

from __future__ import annotations

from calendar import day_name
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.services.guilds import GuildSettings
from bot.services.records import Prospect, Undelivered

PUT_OFF = "Discord or my articles could not be reached; I will retry every minute"
UNSEEN = "I was stopped while posting it and may not read that channel's history, so I cannot tell whether it arrived"
SHOW_IT = "Show the digest"
TAG = "A tag named “Digest” will do."
NO_CHANNEL = "Choose a channel as well: `/settings digest` with `channel`."

_PROSPECTS = {
    Prospect.WAITS: "waits", Prospect.GIVEN_UP: "was not posted", Prospect.DOUBTFUL: "may be missing"
}  # fmt: skip


def due(moment: datetime, zone: tzinfo) -> str:
    """A due time in words, in that zone: `Monday 22 June 2026, 09:00 (Europe/Berlin)`."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({zone})"


def rhythm(settings: GuildSettings) -> str:
    """`every Monday at 09:00 (Europe/Berlin) in #channel`, or `off`."""
    if settings.digest_rhythm == "off" or settings.digest_channel is None:
        return "off"
    often = "every day" if settings.digest_rhythm == "daily" else f"every {day_name[settings.digest_weekday]}"
    return f"{often} at {settings.digest_hour:02}:00 ({settings.digest_zone}) in <#{settings.digest_channel}>"


def refused(code: int) -> str:
    """Why Discord refused the message."""
    return f"Discord refused it (code {code}): I may not write there"


def undeliverable(settings: GuildSettings, due_at: datetime, why: str) -> str:
    """The notice for moderators, posted once."""
    when = due(due_at, ZoneInfo(settings.digest_zone))
    return (
        f"The digest of {when} could not be posted in <#{settings.digest_channel}>: {why.rstrip('.')}.\n"
        "-# Let me see the channel and send messages and files there, or choose another one with "
        "`/settings digest`. Until the reason changes I say this only once; `/status` shows it."
    )


def doubtful(settings: GuildSettings, due_at: datetime) -> str:
    """The notice for moderators, above a button that shows the digest."""
    when = due(due_at, ZoneInfo(settings.digest_zone))
    return (
        f"The digest of {when} may be missing in <#{settings.digest_channel}>: {UNSEEN}.\n"
        "-# I will not post it twice. The button shows it to you alone. With Read Message History there I can check by "
        "myself."
    )


def trouble(settings: GuildSettings, undelivered: Undelivered) -> str:
    """The line in /status."""
    when = due(undelivered.due_at, ZoneInfo(settings.digest_zone))
    return f"The digest of {when} {_PROSPECTS[undelivered.prospect]}: {undelivered.why.rstrip('.')}."
