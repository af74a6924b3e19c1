"""What `python -m bot doctor` asks Discord: the token, the clock, the intents, the servers and the commands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from discord.http import Route

from bot.discord.running import explained, require_token
from bot.monitoring.checks import Finding, State, ok, wrong
from bot.settings import BotSettings
from ingest.errors import VerbatimError

CLOCK_MAY_DIFFER = timedelta(seconds=60)
_PORTAL = "https://discord.com/developers/applications (your application, Bot)"


def discord_findings(settings: BotSettings) -> list[Finding]:
    """Log in over REST, without the gateway; what fails first ends it."""
    try:
        token = require_token(settings)
    except VerbatimError as error:
        return [wrong("Discord", error)]
    Route.BASE = settings.discord_api_url
    return asyncio.run(_findings(settings, token))


async def _findings(settings: BotSettings, token: str) -> list[Finding]:
    clock = await _clock(settings.discord_api_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            await client.login(token)
            assert client.application is not None
            guilds = [guild async for guild in client.fetch_guilds()]
            commands = await client.http.get_global_commands(client.application.id)
        except (discord.DiscordException, OSError, aiohttp.ClientError) as error:
            return [*clock, wrong("Discord", explained(error))]
        found = [ok("Discord", f"the token is {client.user}'s")]
        return [*clock, *found, *_intents(settings, client.application), *_servers(guilds), _commands(commands)]


async def _clock(address: str) -> list[Finding]:
    """Digests and "this week" go by this machine's clock. Nothing where Discord cannot be reached."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/gateway") as response:
            told = parsedate_to_datetime(response.headers["Date"])
    except (OSError, aiohttp.ClientError, KeyError, ValueError):
        return []
    apart = abs(datetime.now(UTC) - told)
    if apart > CLOCK_MAY_DIFFER:
        what = f"it is {apart.total_seconds():.0f} s away from Discord's"
        return [Finding("clock", State.WRONG, what, "Set this machine's clock, best by NTP.")]
    return [ok("clock", "agrees with Discord's")]


def _intents(settings: BotSettings, application: discord.AppInfo) -> Iterator[Finding]:
    flags = application.flags
    may_read = flags.gateway_message_content or flags.gateway_message_content_limited
    if settings.discord_message_content and not may_read:
        what = "DISCORD_MESSAGE_CONTENT is set, and the application may not read message content"
        yield Finding("intents", State.WRONG, what, f"Switch on Message Content Intent at {_PORTAL}.")
    else:
        yield ok("intents", "all that the settings ask for")


def _servers(guilds: list[discord.Guild]) -> Iterator[Finding]:
    if guilds:
        yield ok("servers", f"the bot is on {len(guilds)}")
    else:
        hint = "Start the bot: it logs the address that invites it."
        yield Finding("servers", State.WARNING, "the bot is on none", hint)


def _commands(commands: Sequence[object]) -> Finding:
    if commands:
        return ok("commands", f"{len(commands)} are registered")
    return Finding("commands", State.WARNING, "none are registered", "The bot registers them when it starts.")
