"""MCP over streamable HTTP: who may connect, with which token, from which pages.

A browser on the operator's machine can be made to send requests to loopback (DNS rebinding), so the Host and Origin of
each request must be known ones, and a token is required even there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from mcp.server import Server
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser, BearerAuthBackend, RequireAuthMiddleware
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.mcp.server import Caller, Context
from ingest.errors import SettingsError

PATH = "/mcp"
MOST_BYTES = 100_000
"""The largest request, in bytes: many times the longest question."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_ANY = ("0.0.0.0", "::", "[::]")


class Tokens:
    """The callers by their tokens, which are compared in constant time and never told.

    Args:
        scopes_by_token: what MCP_TOKENS says.
    """

    def __init__(self, scopes_by_token: Mapping[str, tuple[str, ...]]) -> None:
        named = ((token, Caller(_name(token), scopes)) for token, scopes in scopes_by_token.items())
        self._callers = [(token.encode(), caller) for token, caller in named]

    async def verify_token(self, token: str) -> AccessToken | None:
        """The token as the package wants it; None if it is not one of ours."""
        given = token.encode("utf-8", "replace")
        found = [caller for own, caller in self._callers if hmac.compare_digest(own, given)]
        return AccessToken(token="", client_id=found[0].name, scopes=list(found[0].scopes)) if found else None


def caller_of(context: Context) -> Caller:
    """Who sent the HTTP request that a message came with."""
    user = context.request.scope["user"] if context.request is not None else None
    if not isinstance(user, AuthenticatedUser):  # the middleware lets nobody else through
        raise SettingsError("no access", "the token", "it is missing")
    return Caller(user.username, tuple(user.scopes))


def make_app(server: Server[Any], tokens: Tokens, host: str, port: int, more_hosts: tuple[str, ...]) -> ASGIApp:
    """The server as an application of one path, without sessions, so that none can be taken over."""
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MOST_BYTES,
        transport_security=known_hosts(host, port, more_hosts),
    )
    return _Guarded(inner, tokens)


class _Guarded:
    """Refuses requests without a token before anything of them is read."""

    def __init__(self, inner: Starlette, tokens: Tokens) -> None:
        self._inner = inner
        self._http = AuthenticationMiddleware(RequireAuthMiddleware(inner, []), BearerAuthBackend(tokens))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._http if scope["type"] == "http" else self._inner)(scope, receive, send)


def known_hosts(host: str, port: int, more: tuple[str, ...]) -> TransportSecuritySettings:
    """The hosts that a request may name, and the pages it may come from.

    Raises:
        SettingsError: it listens on all addresses, and nobody says under which names.
    """
    if host in _ANY and not more:
        hint = "Set MCP_ALLOWED_HOSTS to the names under which clients reach it, such as verbatim.example:443."
        raise SettingsError("wrong setting", "MCP_ALLOWED_HOSTS", f"--http {host}:{port} listens everywhere", hint=hint)
    own = LOOPBACK if host.strip("[]") in ("127.0.0.1", "localhost", "::1") else (() if host in _ANY else (host,))
    hosts = [*(f"{name}:{port}" for name in own), *more]
    origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in hosts]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


def _name(token: str) -> str:
    """A name for the limits of a token, from which it cannot be told."""
    return hashlib.blake2b(token.encode(), digest_size=8).hexdigest()
