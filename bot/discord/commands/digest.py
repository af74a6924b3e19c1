"""/digest: the stories of the last days, or of a range of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.answering.understanding.since import parse_since
from bot.digest.models import Order
from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.digest_pages import pictured, under_page
from bot.discord.interactions.homes import home_of, is_outside
from bot.discord.interactions.languages import audiences
from bot.discord.interactions.permissions import admit
from bot.discord.interactions.sending import respond
from bot.errors import AskersError
from bot.translation import _, speak

_DAYS, _MOST_DAYS = 7, 31
_TOPIC_CHARS, _DATE_CHARS = 100, 40

Command = app_commands.Command[app_commands.Group, ..., None]


def digest_command(bridge: ServiceBridge) -> Command:
    """/digest."""

    @app_commands.command(name="digest", description="What mattered in AI: each story once, with its quote")
    @app_commands.describe(
        days="How many days back; 7 if left out",
        since="From when on, instead of days: 2026-06-22, last week",
        until="Up to and with this day, like 2026-06-28; now if left out",
        topic="Only stories about this",
        private="Show the digest to me alone",
    )
    async def digest(
        interaction: discord.Interaction[discord.Client],
        days: app_commands.Range[int, 1, _MOST_DAYS] | None = None,
        since: app_commands.Range[str, 1, _DATE_CHARS] | None = None,
        until: app_commands.Range[str, 1, _DATE_CHARS] | None = None,
        topic: app_commands.Range[str, 1, _TOPIC_CHARS] | None = None,
        private: bool | None = None,
    ) -> None:
        await admit(bridge, interaction.user, home_of(interaction))
        settings = bridge.services.guilds.settings(home_of(interaction))
        private = settings.private or is_outside(interaction) if private is None else private
        speak(audiences(interaction, settings, private=private))
        with bridge.under_way():
            await interaction.response.defer(thinking=True, ephemeral=private)
            async with bridge.answering(interaction.user.id):
                scopes = bridge.services.guilds.scopes(home_of(interaction), interaction.user.id)
                zone = ZoneInfo(settings.digest_zone)
                window = window_of(days, since, until, interaction.created_at, zone)
                order = Order(*window, scopes, topic, settings.digest_topics)
                await _show(bridge, interaction, order, zone, private=private, cards=settings.cards)

    return digest


async def _show(
    bridge: ServiceBridge,
    interaction: discord.Interaction[discord.Client],
    order: Order,
    zone: tzinfo,
    *,
    private: bool,
    cards: bool,
) -> None:
    """The first page, with what leads to the others."""
    written = await bridge.call(bridge.services.digester.digest, order)
    pages = await pictured(bridge, written, zone, cards=cards)
    alone = private or home_of(interaction) is None
    keep = bridge.services.digests.keep
    digest_id = await bridge.call_fast(keep, written, order.scopes[0], private=alone)
    await respond(interaction, pages[:1], private=private, view=under_page(digest_id, written, pages))


def window_of(
    days: int | None, since: str | None, until: str | None, now: datetime, zone: tzinfo = UTC
) -> tuple[datetime, datetime]:
    """`[since, until)`: whole days of `zone` if days were given, else that many times 24 hours before now or `until`.

    Raises:
        AskersError: the input is not a day or lies in the future, or the range is empty or too long.
    """
    if since is not None and days is not None:
        raise _wrong("days", str(days), _("since is given as well"), _("Give days or since, not both."))
    end = now if until is None else min(_end_of(until, zone), now)
    start = end - timedelta(days=days or _DAYS) if since is None else parse_since(since, end, zone).since
    assert start is not None
    if end - start > timedelta(days=_MOST_DAYS + 1):
        why = _("a digest is of {n} days at most").format(n=_MOST_DAYS)
        raise _wrong("since", since or "", why, _("Choose a later day, or an earlier one for until."))
    return start, end


def _end_of(day: str, zone: tzinfo) -> datetime:
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except ValueError:
        raise _wrong("until", day, _("it is no day"), _("A day is written like 2026-06-28.")) from None
    return datetime.combine(following, time(), zone).astimezone(UTC)


def _wrong(name: str, text: str, why: str, hint: str) -> AskersError:
    return AskersError(_("cannot use {name}").format(name=name), text, why, hint=hint)
