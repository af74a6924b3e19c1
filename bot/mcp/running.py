"""Runs the MCP server until its client is gone or it is told to stop."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing

import anyio
import uvicorn
from mcp.server.stdio import stdio_server
from starlette.types import ASGIApp

from bot.desk.way import Way
from bot.mcp.http import PATH, Tokens, caller_of, make_app
from bot.mcp.server import Caller, Context, Requests, make_server
from bot.settings import BotSettings
from ingest.errors import SettingsError

_GRACE_S = 5
"""How long requests under way may take when the server is told to stop, in seconds."""


def run_stdio(settings: BotSettings, way: Way, scopes: tuple[str, ...]) -> None:
    """Serve the program that started this one, over standard input and output, until it closes them."""
    own = Caller("stdio", scopes)
    server = make_server(_requests(settings, way, lambda _: own))

    async def serve() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    with closing(way):
        anyio.run(serve)


def run_http(settings: BotSettings, way: Way, host: str, port: int) -> None:
    """Serve over streamable HTTP until SIGTERM.

    Raises:
        SettingsError: there is no token, the address is taken, or its names are not told.
    """
    if not settings.mcp_callers:
        hint = "Give each client a long random word and a scope: MCP_TOKENS=WORD:shared (see docs/mcp.md)."
        raise SettingsError(
            "wrong setting", "MCP_TOKENS", "it is empty, and over HTTP everybody needs a token", hint=hint
        )
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again once it has stopped
    server, tokens = make_server(_requests(settings, way, caller_of)), Tokens(settings.mcp_callers)
    with closing(way), _listening(host, port) as listening:
        chosen = listening.getsockname()[1]
        app = make_app(server, tokens, host, chosen, settings.mcp_allowed_hosts)
        sys.stderr.write(f"MCP at http://{host}:{chosen}{PATH}\n")
        sys.stderr.flush()
        uvicorn.Server(_config(app)).run(sockets=[listening])


def _config(app: ASGIApp) -> uvicorn.Config:
    """No line about requests, which hold what people ask; no header that says what runs here."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _listening(host: str, port: int) -> socket.socket:
    """A socket at that address; port 0: any that is free.

    Raises:
        SettingsError: the address cannot be used.
    """
    bare = host.strip("[]")
    try:
        family = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((bare, port), family=family)
    except OSError as error:
        hint = "Give --http another HOST:PORT."
        raise SettingsError("cannot listen", f"{host}:{port}", error.strerror or str(error), hint=hint) from None


def _requests(settings: BotSettings, way: Way, who: Callable[[Context], Caller]) -> Requests:
    per_minute = settings.user_questions_per_minute, settings.guild_questions_per_minute
    return Requests(way, who, *per_minute)
