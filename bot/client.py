"""The Discord client: what the bot listens to, and how it starts and stops.

No privileged intent: mentions, replies, direct messages and slash commands need none (Discord developer reference,
"Message Content Intent": these messages arrive whole without it).
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.commands.ask import addresses, answer_message
from bot.commands.failing import fail, trace
from bot.commands.help import greet
from bot.commands.sending import NOBODY, plain, reply
from bot.commands.tree import CommandTree
from bot.crossing import Crossing
from bot.services import Services
from bot.settings import BotSettings
from ingest.errors import SettingsError, VerbatimError

log = logging.getLogger(__name__)

_PATIENCE_S = 10.0
"""How long a stop waits for answers under way."""

_AUTHENTICATION_FAILED = 4004
"""Close code of the gateway (developer reference, "Gateway Close Event Codes")."""

_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    attach_files=True,
)


class VerbatimClient(discord.AutoShardedClient):
    """Listens, and hands everything to `bot.commands`.

    Args:
        services: what answers; called in threads only.
        asks_for_gateway: whether to ask the server for the address of its gateway before connecting. discord.py
            knows Discord's own and falls back to it, so any other server must be asked.
    """

    def __init__(self, services: Services, *, asks_for_gateway: bool = False) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=NOBODY,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.crossing = Crossing(services)
        self.tree = CommandTree(self, self.crossing)
        self.stopping = False
        self._asks_for_gateway = asks_for_gateway

    async def setup_hook(self) -> None:
        if self._asks_for_gateway:
            _, gateway, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        await self.tree.sync()

    async def on_ready(self) -> None:
        log.info("connected as %s, on %d servers", self.user, len(self.guilds))
        if not self.guilds and self.application_id:
            invite = discord.utils.oauth_url(
                self.application_id, permissions=_PERMISSIONS, scopes=("bot", "applications.commands")
            )
            log.info("invite me to a server: %s", invite)

    async def on_message(self, message: discord.Message) -> None:
        me = self.user
        if me is None or self.stopping or not addresses(message, me):
            return
        try:
            await answer_message(self.crossing, message, me)
        except Exception as error:
            await fail(error, "a message", lambda text: reply(message, plain([text])))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await greet(guild)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Failures of events that nobody asked for: there is nobody to tell."""
        error = sys.exception()
        log.error("%s failed: %s", event_method, trace(error) if error else "")

    async def stop(self) -> None:
        """Take no more questions, finish those under way, log out."""
        self.stopping = True
        if not await self.crossing.finish(_PATIENCE_S):
            log.warning("stopping although answers are under way")
        await self.close()


def run_discord(settings: BotSettings, services: Services) -> None:
    """Be the Discord bot until SIGTERM or Ctrl+C. Call it in the main thread.

    Raises:
        SettingsError: the token is missing or was refused.
        VerbatimError: Discord cannot be reached.
    """
    token = require_token(settings)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot has no voice to miss
    own_server = settings.discord_api_url != Route.BASE
    Route.BASE = settings.discord_api_url
    asyncio.run(_run(services, token, asks_for_gateway=own_server))


def require_token(settings: BotSettings) -> str:
    """The bot's token; asked for before anything slow is opened.

    Raises:
        SettingsError: there is none.
    """
    token = settings.discord_token.get_secret_value().strip()
    if not token:
        raise _token_error("it is not set")
    return token


async def _run(services: Services, token: str, *, asks_for_gateway: bool) -> None:
    client = VerbatimClient(services, asks_for_gateway=asks_for_gateway)
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    running = asyncio.create_task(client.start(token))
    stop = asyncio.create_task(asked_to_stop.wait())
    try:
        await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await client.stop()
            running.cancel()  # while it still connects, closing alone does not end it
        with suppress(asyncio.CancelledError):
            await running
    except (discord.DiscordException, OSError) as error:
        raise _explained(error) from error
    finally:
        stop.cancel()
        await client.close()


def _explained(error: Exception) -> VerbatimError:
    """A failure of logging in or staying connected, as the operator can mend it."""
    refused = isinstance(error, discord.ConnectionClosed) and error.code == _AUTHENTICATION_FAILED
    if refused or isinstance(error, discord.LoginFailure):
        return _token_error("Discord refused it")
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
