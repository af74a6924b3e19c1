"""The bot's own sentences about digests, as Markdown. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.lexicon.dates import day_and_time, weekday
from bot.services.guilds import GuildSettings
from bot.services.records import Prospect, Undelivered
from bot.translation import N_, _

PUT_OFF = N_("Discord or my articles could not be reached; I will retry every minute")
UNSEEN = N_(
    "I was stopped while posting it and may not read that channel's history, so I cannot tell whether it arrived"
)
SHOW_IT = N_("Show the digest")
TAG = N_("A tag named “Digest” will do.")
NO_CHANNEL = N_("Choose a channel as well: `/settings digest` with `channel`.")

_PROSPECTS = {
    Prospect.WAITS: N_("The digest of {when} waits: {why}."),
    Prospect.GIVEN_UP: N_("The digest of {when} was not posted: {why}."),
    Prospect.DOUBTFUL: N_("The digest of {when} may be missing: {why}."),
}


def due(moment: datetime, zone: tzinfo) -> str:
    """A due time in words, in that zone: `Monday 22 June 2026, 09:00 (Europe/Berlin)`."""
    return f"{day_and_time(moment, zone)} ({zone})"


def rhythm(settings: GuildSettings) -> str:
    """`every Monday at 09:00 (Europe/Berlin) in #channel`, or `off`."""
    if settings.digest_rhythm == "off" or settings.digest_channel is None:
        return _("off")
    day = weekday(settings.digest_weekday)
    often = _("every day") if settings.digest_rhythm == "daily" else _("every {weekday}").format(weekday=day)
    return _("{often} at {hour}:00 ({zone}) in {channel}").format(
        often=often,
        hour=f"{settings.digest_hour:02}",
        zone=settings.digest_zone,
        channel=f"<#{settings.digest_channel}>",
    )


def refused(code: int) -> str:
    """Why Discord refused the message."""
    return _("Discord refused it (code {code}): I may not write there").format(code=code)


def undeliverable(settings: GuildSettings, due_at: datetime, why: str) -> str:
    """The notice for moderators, posted once."""
    when = due(due_at, ZoneInfo(settings.digest_zone))
    told = _("The digest of {when} could not be posted in {channel}: {why}.")
    small = _(
        "Let me see the channel and send messages and files there, or choose another one with `/settings digest`. "
        "Until the reason changes I say this only once; `/status` shows it."
    )
    return f"{told.format(when=when, channel=f'<#{settings.digest_channel}>', why=_(why).rstrip('.'))}\n-# {small}"


def doubtful(settings: GuildSettings, due_at: datetime) -> str:
    """The notice for moderators, above a button that shows the digest."""
    when = due(due_at, ZoneInfo(settings.digest_zone))
    told = _("The digest of {when} may be missing in {channel}: {why}.")
    small = _(
        "I will not post it twice. The button shows it to you alone. With Read Message History there I can check by "
        "myself."
    )
    return f"{told.format(when=when, channel=f'<#{settings.digest_channel}>', why=_(UNSEEN))}\n-# {small}"


def trouble(settings: GuildSettings, undelivered: Undelivered) -> str:
    """The line in /status."""
    when = due(undelivered.due_at, ZoneInfo(settings.digest_zone))
    return _(_PROSPECTS[undelivered.prospect]).format(when=when, why=_(undelivered.why).rstrip("."))
