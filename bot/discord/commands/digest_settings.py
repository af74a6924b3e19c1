"""/settings digest and /settings topics: when a digest is posted, and what it should look for first."""

from __future__ import annotations

import re
from calendar import day_name
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.digest.timetable import Rhythm
from bot.discord.messages import digest_text
from bot.errors import AskersError
from bot.render.citation import shortened
from bot.services.guilds import GuildSettings
from ingest.clock import utc_now

RHYTHMS = [app_commands.Choice(name=rhythm.value, value=rhythm.value) for rhythm in Rhythm]
WEEKDAYS = [app_commands.Choice(name=name, value=number) for number, name in enumerate(day_name)]
TOPICS = 8
TOPIC_CHARS = 60
_OFFERED = 25
"""Choices that an autocompletion may offer (developer reference, "Autocomplete")."""


def changes(
    now: GuildSettings,
    channel: discord.TextChannel | None,
    rhythm: str | None,
    weekday: int | None,
    hour: int | None,
    zone: str | None,
) -> dict[str, Any]:
    """What /settings digest changes; what is not named stays.

    Raises:
        AskersError: the zone is unknown, or there is no channel.
    """
    if zone is not None and zone not in known_zones():
        raise AskersError(
            "cannot use that time zone", zone, "it is not known", hint="Choose one of the list, like Europe/Berlin."
        )
    named = {
        "digest_channel": channel.id if channel else None,
        "digest_rhythm": rhythm,
        "digest_weekday": weekday,
        "digest_hour": hour,
        "digest_zone": zone,
    }
    found: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    is_on = found.get("digest_rhythm", now.digest_rhythm) != Rhythm.OFF
    if is_on and not found.get("digest_channel", now.digest_channel):
        raise AskersError("cannot post digests", "channel", "none is chosen", hint=digest_text.NO_CHANNEL)
    return found | {"digest_from": int(utc_now().timestamp())} if found else {}


@cache
def known_zones() -> frozenset[str]:
    """Read from many files, so once: by the client when it starts."""
    return frozenset(available_timezones())


def topics_of(words: str) -> tuple[str, ...]:
    """`agents, open models; chips` as topics, each once."""
    parts = (shortened(part.strip(), TOPIC_CHARS) for part in re.split(r"[,;\n]", words))
    return tuple(dict.fromkeys(part for part in parts if part))[:TOPICS]


async def zones(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """Names of time zones that hold what was typed."""
    wanted = typed.strip().replace(" ", "_").casefold()
    found = sorted(zone for zone in known_zones() if wanted in zone.casefold())
    return [app_commands.Choice(name=zone, value=zone) for zone in found[:_OFFERED]]
