"""/settings: how the bot behaves on a server. For administrators (`permissions.py`)."""

from __future__ import annotations

import re
from calendar import day_name
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.answering.models import LANGUAGES
from bot.digest.timetable import Rhythm
from bot.discord.bridge import ServiceBridge
from bot.discord.interactions.languages import servers
from bot.discord.interactions.permissions import Interaction, managers_only
from bot.discord.interactions.places import Chosen, NewsOrForum, TextOrForum, forum_of
from bot.discord.interactions.sending import NOBODY, alarms_line, plain, respond
from bot.discord.interactions.threads import missing
from bot.discord.messages import digest_text, discord_text, gap_text
from bot.discord.posting.forums import digest_obstacle
from bot.errors import AskersError
from bot.render.citation import shortened
from bot.services.guilds import GuildSettings
from bot.translation import _, translated
from ingest.clock import utc_now

RHYTHMS = [app_commands.Choice(name=rhythm.value, value=rhythm.value) for rhythm in Rhythm]
WEEKDAYS = [app_commands.Choice(name=name, value=number) for number, name in enumerate(day_name)]
TEXT, CARDS = "text", "cards"
"""How the bot's messages look."""
TOPICS = 8
TOPIC_CHARS = 60
_OFFERED = 25
"""Choices that an autocompletion may offer (developer reference, "Autocomplete")."""


def _with(ids: tuple[int, ...], one: int, *, wanted: bool) -> tuple[int, ...]:
    rest = tuple(identifier for identifier in ids if identifier != one)
    return (*rest, one) if wanted else rest


def changes(
    now: GuildSettings,
    channel: Chosen | None,
    rhythm: str | None,
    weekday: int | None,
    hour: int | None,
    zone: str | None,
) -> dict[str, Any]:
    """The fields that /settings digest changes; what is left out stays as it is.

    Raises:
        AskersError: the zone is unknown, or no channel was ever chosen.
    """
    if zone is not None and zone not in known_zones():
        raise AskersError(
            _("cannot use that time zone"),
            zone,
            _("it is not known"),
            hint=_("Choose one of the list, like Europe/Berlin."),
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
        raise AskersError(_("cannot post digests"), _("channel"), _("none is chosen"), hint=_(digest_text.NO_CHANNEL))
    return found | {"digest_from": int(utc_now().timestamp())} if found else {}


@cache
def known_zones() -> frozenset[str]:
    """Reads many files, so it is done once, when the client starts."""
    return frozenset(available_timezones())


def topics_of(words: str) -> tuple[str, ...]:
    """`agents, open models; chips` as topics, each once."""
    parts = (shortened(part.strip(), TOPIC_CHARS) for part in re.split(r"[,;\n]", words))
    return tuple(dict.fromkeys(part for part in parts if part))[:TOPICS]


async def zones(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """Names of time zones that contain the typed text."""
    wanted = typed.strip().replace(" ", "_").casefold()
    found = sorted(zone for zone in known_zones() if wanted in zone.casefold())
    return [app_commands.Choice(name=zone, value=zone) for zone in found[:_OFFERED]]


class SettingsCommands(app_commands.Group):
    """The group /settings."""

    def __init__(self, bridge: ServiceBridge) -> None:
        super().__init__(
            name="settings",
            description="Choose how I behave on this server",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._bridge = bridge
        self._guilds = bridge.services.guilds

    async def interaction_check(self, interaction: Interaction) -> bool:
        return await managers_only(interaction)

    @app_commands.command(description="Show the settings of this server")
    async def show(self, interaction: Interaction) -> None:
        await self._change(interaction)

    @app_commands.command(description="Answer every message in a channel, every new post of a forum, or only mentions")
    @app_commands.describe(channel="Which channel", every_message="Whether every message there is a question")
    async def channel(self, interaction: Interaction, channel: TextOrForum, every_message: bool) -> None:
        now = self._now(interaction)
        await self._change(interaction, answer_channels=_with(now.answer_channels, channel.id, wanted=every_message))

    @app_commands.command(description="Whether I answer in a thread of the question, for channels with much talk")
    @app_commands.describe(channel="Which channel", in_threads="Whether answers there go into threads")
    async def threads(self, interaction: Interaction, channel: discord.TextChannel, in_threads: bool) -> None:
        now = self._now(interaction)
        await self._change(interaction, thread_channels=_with(now.thread_channels, channel.id, wanted=in_threads))

    @app_commands.command(description="Who may ask: members with one of these roles; with none set, everybody")
    @app_commands.describe(role="Which role", may_ask="Whether its members may ask")
    async def askers(self, interaction: Interaction, role: discord.Role, may_ask: bool) -> None:
        now = self._now(interaction)
        await self._change(interaction, asker_roles=_with(now.asker_roles, role.id, wanted=may_ask))

    @app_commands.command(description="Whether /ask and /digest answer in private by default")
    async def private(self, interaction: Interaction, private: bool) -> None:
        await self._change(interaction, private=private)

    @app_commands.command(description="Whether answers, digests and reports come as plain text or as cards")
    @app_commands.describe(looks="Cards are seen in Discord only: searches and other programs see no words in them")
    @app_commands.choices(looks=[app_commands.Choice(name=name, value=name) for name in (TEXT, CARDS)])
    async def looks(self, interaction: Interaction, looks: str) -> None:
        await self._change(interaction, cards=looks == CARDS)

    @app_commands.command(description="Whether the sources that come with the bot are used here too")
    async def shared(self, interaction: Interaction, shared: bool) -> None:
        await self._change(interaction, shared=shared)

    @app_commands.command(description="Whether moderators see the questions I could not answer, without who asked")
    @app_commands.describe(on="On: I say so in this channel. Off: what was kept is deleted")
    async def gaps(self, interaction: Interaction, on: bool) -> None:
        guild_id, channel = interaction.guild_id, interaction.channel
        assert guild_id is not None
        if on and not self._now(interaction).gaps:
            await interaction.response.defer(thinking=True, ephemeral=True)
            told = translated(gap_text.TOLD, servers(self._now(interaction), interaction.guild))
            try:
                await channel.send(told, allowed_mentions=NOBODY)  # type: ignore[union-attr]
            except discord.Forbidden:
                raise AskersError(
                    _("cannot tell"), _("people"), _("I may not write here"), hint=_(gap_text.MAY_NOT_TELL)
                ) from None
        await self._change(interaction, gaps=on)
        if not on:
            await self._bridge.call_fast(self._bridge.services.gaps.forget, guild_id)

    @app_commands.command(description="The language I answer in where a language model writes; quotes stay as they are")
    @app_commands.describe(language="Which language; left out: the language of the question")
    @app_commands.choices(language=[app_commands.Choice(name=name, value=code) for code, name in LANGUAGES.items()])
    async def language(self, interaction: Interaction, language: str = "") -> None:
        await self._change(interaction, language=language)

    @app_commands.command(description="Where I report that a source fell silent, keeps failing, ended or came back")
    @app_commands.describe(channel="Which channel; left out: nowhere")
    async def alarms(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        if channel is not None and self._now(interaction).alarm_channel is None:
            await self._bridge.call_fast(self._bridge.services.alarms.listen, channel.guild.id)
        await self._change(interaction, alarm_channel=None if channel is None else channel.id)

    @app_commands.command(description="When and where I post a digest by myself")
    @app_commands.describe(
        rhythm="How often; off: never",
        channel="Where",
        weekday="On which day, of weekly ones",
        hour="At which hour of the day there, 0 to 23",
        zone="Whose clock, like Europe/Berlin",
    )
    @app_commands.choices(rhythm=RHYTHMS)
    @app_commands.choices(weekday=WEEKDAYS)
    @app_commands.autocomplete(zone=zones)
    async def digest(
        self,
        interaction: Interaction,
        rhythm: str | None = None,
        channel: NewsOrForum | None = None,
        weekday: int | None = None,
        hour: app_commands.Range[int, 0, 23] | None = None,
        zone: str | None = None,
    ) -> None:
        found = changes(self._now(interaction), channel, rhythm, weekday, hour, zone)
        forum = forum_of(interaction.guild, channel.id) if channel is not None else None
        if forum is not None and (why := digest_obstacle(forum)):
            raise AskersError(_("cannot post digests in"), f"#{forum.name}", why, hint=_(digest_text.TAG))
        await self._change(interaction, **found)

    @app_commands.command(description="Topics this server cares about most: their stories come first in a digest")
    @app_commands.describe(topics="Like: agents, open models, chips; left out: everything alike")
    async def topics(self, interaction: Interaction, topics: app_commands.Range[str, 0, 400] = "") -> None:
        await self._change(interaction, digest_topics=topics_of(topics))

    def _now(self, interaction: Interaction) -> GuildSettings:
        return self._guilds.settings(interaction.guild_id)

    async def _change(self, interaction: Interaction, **changes: Any) -> None:
        """Change the given fields and show all settings."""
        if not interaction.response.is_done():
            await interaction.response.defer(thinking=True, ephemeral=True)
        assert interaction.guild_id is not None
        if changes:
            changed = replace(self._now(interaction), **changes)
            await self._bridge.call_fast(self._guilds.change, interaction.guild_id, changed)
        reads_all = interaction.client.intents.message_content
        now = self._now(interaction)
        told = [discord_text.settings(now, reads_all=reads_all)]
        if now.alarm_channel is not None:  # report at once that the bot cannot post there
            told.append(await alarms_line(self._bridge, interaction.guild))
        told.append(_threads_line(interaction.guild, now))
        await respond(interaction, plain(["\n".join(filter(None, told))], cards=now.cards), private=True)


def _threads_line(guild: discord.Guild | None, now: GuildSettings) -> str:
    """Where answers do not go into threads because a permission is missing; "" if they go everywhere."""
    channels = [guild.get_channel(id_) for id_ in now.thread_channels] if guild is not None else []
    lacking = ((c.id, missing(c)) for c in channels if isinstance(c, discord.TextChannel))
    return "\n".join(discord_text.no_threads(id_, names) for id_, names in lacking if names)
