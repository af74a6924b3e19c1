"""/watch: what is told when it is in the news. On servers for administrators, in direct messages for everybody."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.watch_buttons import decision, may_change
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.permissions import Interaction, managers_only
from bot.discord.interactions.sending import plain, respond
from bot.discord.messages import watch_text
from bot.errors import AskersError
from bot.render.citation import shortened
from bot.render.watch import previewed
from bot.services.watch_rows import Watch, WatchOptions, WatchOrder
from bot.translation import _
from bot.watch.models import WATCH_CHARS, Kind, Wanted
from bot.watch.schedule import HISTORY, Pace, quiet_of
from ingest.models import SHARED_SCOPE

PACES = [app_commands.Choice(name=pace.value, value=pace.value) for pace in Pace]
_CHOICES, _CHOICE_CHARS = 25, 100
"""Discord's limits on suggestions (developer reference, "Application Command Option Choice")."""
_MOST = 50
Text = app_commands.Range[str, 1, WATCH_CHARS]


class WatchCommands(app_commands.Group):
    """The group /watch."""

    def __init__(self, bridge: ServiceBridge) -> None:
        super().__init__(
            name="watch",
            description="Tell me when something is in the news, once a story",
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._bridge = bridge
        self._watches, self._guilds = bridge.services.watches, bridge.services.guilds

    async def interaction_check(self, interaction: Interaction) -> bool:
        return home_of(interaction) is None or await managers_only(interaction)

    @app_commands.command(description="Watch for words or a topic; first I show what it would have told")
    @app_commands.describe(
        words="Names and words, separated by commas: Mistral, GLM-5, open weights",
        topic="Instead of words: what it is about, in your own words",
        channel="Where I tell it; here if left out",
        when="At once, or together each hour or each day",
        quiet="Hours in which I tell nothing, like 22-7, in this server's time zone",
        role="A role that is pinged",
        most="How many stories a day; 10 if left out",
    )
    @app_commands.choices(when=PACES)
    async def add(
        self,
        interaction: Interaction,
        words: Text | None = None,
        topic: Text | None = None,
        channel: discord.TextChannel | discord.Thread | None = None,
        when: str = Pace.AT_ONCE.value,
        quiet: app_commands.Range[str, 1, 20] | None = None,
        role: discord.Role | None = None,
        most: app_commands.Range[int, 1, _MOST] = 10,
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        kind, text = _wanted(words, topic)
        place = _place(interaction, channel)
        options = WatchOptions(when, _quiet(quiet), role.id if role else None, most)
        home = home_of(interaction)
        scope = SHARED_SCOPE if home is None else str(home)
        order = WatchOrder(scope, str(interaction.user.id), place, kind, text, options)
        watch = await self._bridge.call_fast(self._watches.propose, order)
        preview = await self._preview(interaction, watch)
        told = watch_text.proposed(watch, preview, self._zone(interaction))
        await respond(interaction, plain([told]), private=True, view=decision(watch))

    async def _preview(self, interaction: Interaction, watch: Watch) -> str:
        """What it would have told, which then counts as told."""
        finder = self._bridge.services.watch_finder
        found = await self._bridge.call(finder.preview, watch.wanted, self._scopes(interaction))
        await self._bridge.call_fast(finder.know, watch, found.items)
        return previewed(found.stories, HISTORY.days, ZoneInfo(self._zone(interaction)))

    @app_commands.command(description="What words or a topic would have told in the last 14 days; saves nothing")
    @app_commands.describe(words="Names and words, separated by commas", topic="Instead: what it is about")
    async def test(self, interaction: Interaction, words: Text | None = None, topic: Text | None = None) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        wanted = Wanted(0, *_wanted(words, topic))
        finder, scopes = (
            self._bridge.services.watch_finder,
            self._scopes(interaction),
        )
        found = await self._bridge.call(finder.preview, wanted, scopes)
        told = previewed(found.stories, HISTORY.days, ZoneInfo(self._zone(interaction)))
        await respond(interaction, plain([told]), private=True)

    @app_commands.command(name="list", description="What I watch for here")
    async def list_(self, interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        told = watch_text.listed(await self._here(interaction), self._zone(interaction))
        await respond(interaction, plain(told), private=True)

    @app_commands.command(description="Stop watching for something")
    @app_commands.describe(watch="Which watch")
    async def remove(self, interaction: Interaction, watch: app_commands.Range[str, 1, WATCH_CHARS]) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        found = next((w for w in await self._here(interaction) if watch in (str(w.id), w.text)), None)
        if found is None or not may_change(interaction, found):
            await respond(interaction, plain([_(watch_text.NO_SUCH)]), private=True)
            return
        await self._bridge.call_fast(self._watches.remove, found.id)
        await respond(interaction, plain([watch_text.removed(found)]), private=True)

    @remove.autocomplete("watch")
    async def _known(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        known = [w for w in await self._here(interaction) if typed.casefold() in w.text.casefold()]
        named = ((shortened(w.text, _CHOICE_CHARS), str(w.id)) for w in known[:_CHOICES])
        return [app_commands.Choice(name=name, value=value) for name, value in named]

    async def _here(self, interaction: Interaction) -> list[Watch]:
        if (home := home_of(interaction)) is not None:
            return list(await self._bridge.call_fast(self._watches.of_guild, home))
        return list(await self._bridge.call_fast(self._watches.of_person, str(interaction.user.id)))

    def _scopes(self, interaction: Interaction) -> tuple[str, ...]:
        return self._guilds.scopes(home_of(interaction), interaction.user.id)

    def _zone(self, interaction: Interaction) -> str:
        return self._guilds.settings(home_of(interaction)).digest_zone


def _wanted(words: str | None, topic: str | None) -> tuple[Kind, str]:
    if (words is None) == (topic is None):
        raise AskersError(
            _("cannot watch"), _("words and topic"), _("it takes one of them"), hint=_(watch_text.WORDS_OR_TOPIC)
        )
    return (Kind.TOPIC, topic) if topic is not None else (Kind.WORDS, words or "")


def _quiet(words: str | None) -> tuple[int, int] | None:
    if words is None:
        return None
    quiet = quiet_of(words)
    if quiet is None:
        raise AskersError(_("cannot use quiet"), words, _("it is no range of hours"), hint=_(watch_text.BAD_QUIET))
    return quiet.start, quiet.end


def _place(interaction: Interaction, channel: discord.TextChannel | discord.Thread | None) -> int:
    """Where to tell.

    Raises:
        AskersError: the bot may not write there.
    """
    if home_of(interaction) is None:  # told in direct messages, whose channel is opened then
        return interaction.channel_id or interaction.user.id
    place: Any = channel if channel is not None else interaction.channel
    if isinstance(place, discord.TextChannel | discord.Thread):
        permissions = place.permissions_for(place.guild.me)
        thread = isinstance(place, discord.Thread)
        may_send = permissions.send_messages_in_threads if thread else permissions.send_messages
        if not (permissions.view_channel and may_send):
            raise AskersError(
                _("cannot watch"), _("there"), _("I may not write there"), hint=_("Give me Send Messages there.")
            )
    return int(place.id)
