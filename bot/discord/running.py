"""Starts and stops the Discord client: logging in, signals, and errors that the operator can fix."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from functools import partial

import discord
from discord.http import Route

from bot.discord.bridge import keep_pauses_short
from bot.discord.client import VerbatimClient
from bot.discord.interactions.sending import CONNECTION_LOST
from bot.discord.rate_limits import RateLimiter
from bot.monitoring.metrics import Levels, Metrics
from bot.monitoring.server import monitored
from bot.services import Services
from bot.settings import BotSettings
from ingest.errors import SettingsError, VerbatimError

SWAMPED = 40
"""With more questions under way than this, others should be sent to another process."""
_PATIENCE_S = 2.0
_AUTHENTICATION_FAILED = 4004
"""Close code of the gateway (developer reference, "Gateway Close Event Codes")."""


def run_discord(settings: BotSettings, services: Services, metrics: Metrics | None = None) -> bool:
    """Run the Discord bot until SIGTERM or Ctrl+C. Call it in the main thread.

    Args:
        metrics: what to show at MONITOR_ADDRESS beside this client's own numbers.

    Returns:
        Whether threads are still working on calls that were cancelled.

    Raises:
        SettingsError: the token is missing or was refused.
        VerbatimError: Discord cannot be reached.
    """
    token = require_token(settings)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot uses no voice channels
    own_server = settings.discord_api_url != Route.BASE
    Route.BASE = settings.discord_api_url
    rate_limiter = RateLimiter(settings.user_questions_per_minute, settings.guild_questions_per_minute)
    client = VerbatimClient(
        services,
        rate_limiter,
        reads_everything=settings.discord_message_content,
        asks_for_gateway=own_server,
        direct_messages=settings.discord_direct_messages,
        shard_ids=settings.shard_ids,
        shard_count=settings.shard_count,
    )
    keep_pauses_short()
    asyncio.run(_monitored(client, token, settings.monitor_address, metrics or Metrics(Levels)))
    return client.bridge.working


def require_token(settings: BotSettings) -> str:
    """The bot's token; checked before anything slow is opened.

    Raises:
        SettingsError: it is missing.
    """
    token = settings.discord_token.get_secret_value().strip()
    if not token:
        raise _token_error("it is not set")
    return token


async def _monitored(client: VerbatimClient, token: str, address: str, metrics: Metrics) -> None:
    metrics.gateway.set_function(lambda: client.latency)
    metrics.guilds.set_function(lambda: len(client.guilds))
    async with monitored(address, metrics, partial(_not_ready, client)):
        await _run(client, token)


async def _not_ready(client: VerbatimClient) -> str:
    """Why the bot cannot answer now; "" if it can."""
    if client.stopping:
        return "stopping"
    if not client.is_ready():
        return "not connected to Discord"
    if client.bridge.answers_under_way > SWAMPED:
        return f"{client.bridge.answers_under_way} questions wait for their answers"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await client.bridge.call_fast(client.bridge.services.notes.get, "ready")
    except TimeoutError:
        return f"the database has not answered for {_PATIENCE_S:.0f} s"
    except VerbatimError as error:
        return str(error)
    return ""


async def _run(client: VerbatimClient, token: str) -> None:
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    running = asyncio.create_task(client.start(token))
    stop = asyncio.create_task(asked_to_stop.wait())
    try:
        await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await client.finish()
            running.cancel()  # before closing, which would take the session away from a log-in in progress
        with suppress(asyncio.CancelledError):
            await running
    except (discord.DiscordException, *CONNECTION_LOST) as error:
        raise explained(error) from error
    finally:
        stop.cancel()
        await client.close()


def explained(error: Exception) -> VerbatimError:
    """A failure to log in or stay connected, as an error that says what the operator can do."""
    refused = isinstance(error, discord.ConnectionClosed) and error.code == _AUTHENTICATION_FAILED
    if refused or isinstance(error, discord.LoginFailure):
        return _token_error("Discord refused it")
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return SettingsError(
            "cannot log in to Discord",
            "DISCORD_MESSAGE_CONTENT",
            "the application may not read message content",
            hint="Switch on Message Content Intent at https://discord.com/developers/applications (your application, "
            "Bot), or leave this setting out.",
        )
    why = f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else str(error) or type(error).__name__
    return VerbatimError(
        "cannot stay connected to Discord",
        Route.BASE,
        why,
        hint="Check the network and DISCORD_API_URL, then start again.",
        retryable=True,
    )


def _token_error(why: str) -> SettingsError:
    return SettingsError(
        "cannot log in to Discord",
        "DISCORD_TOKEN",
        why,
        hint="Copy the token from https://discord.com/developers/applications (your application, Bot, Reset Token) "
        "into .env.",
    )
