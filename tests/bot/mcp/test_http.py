"""Who may reach the MCP server over HTTP: hosts, origins and tokens."""

from __future__ import annotations

import pytest
from mcp.server.transport_security import TransportSecurityMiddleware
from starlette.requests import Request

from bot.mcp.http import Tokens, known_hosts
from bot.settings import BotSettings
from ingest.errors import SettingsError
from ingest.models import SHARED_SCOPE

TOKEN, OTHER = "a-token-for-shared-things", "a-token-for-one-guild.1"


async def refusal(host: str, origin: str | None, *, at: str, more: tuple[str, ...] = ()) -> int | None:
    """The status with which a request is refused; None if it is let in."""
    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    request = Request({"type": "http", "method": "GET", "path": "/mcp", "headers": headers})
    name, _, port = at.rpartition(":")
    refused = await TransportSecurityMiddleware(known_hosts(name, int(port), more)).validate_request(request)
    return refused.status_code if refused else None


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765"])
@pytest.mark.parametrize("origin", [None, "http://localhost:8765"])
async def test_programs_of_this_machine_are_let_in(host: str, origin: str | None) -> None:
    assert await refusal(host, origin, at="127.0.0.1:8765") is None


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:8766", None, 421),
        ("evil.example:8765", None, 421),
        ("", None, 421),
        ("localhost:8765", "http://localhost:3000", 403),
        ("localhost:8765", "http://evil.example", 403),
        ("localhost:8765", "null", 403),
    ],
)
async def test_other_names_and_pages_of_other_servers_are_refused(host: str, origin: str | None, status: int) -> None:
    assert await refusal(host, origin, at="127.0.0.1:8765") == status


async def test_behind_a_proxy_its_name_is_let_in_and_others_are_not() -> None:
    more = ("verbatim.example", "verbatim.example:443")
    assert await refusal("verbatim.example", "https://verbatim.example", at="0.0.0.0:8765", more=more) is None
    assert await refusal("0.0.0.0:8765", None, at="0.0.0.0:8765", more=more) == 421
    assert await refusal("10.0.0.5:8765", None, at="10.0.0.5:8765") is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]"])
def test_to_listen_everywhere_the_names_must_be_told(host: str) -> None:
    with pytest.raises(SettingsError, match="MCP_ALLOWED_HOSTS"):
        known_hosts(host, 8765, ())


async def test_a_token_is_known_whole_and_is_not_handed_on() -> None:
    settings = BotSettings.load(mcp_tokens=f" {TOKEN}:shared , {OTHER}:42 ")
    tokens = Tokens(settings.mcp_callers)
    known = [await tokens.verify_token(token) for token in (TOKEN, OTHER)]
    assert [access and access.scopes for access in known] == [[SHARED_SCOPE], ["42", SHARED_SCOPE]]
    assert TOKEN not in repr((known, settings))
    for wrong in ("", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), f"{TOKEN}:shared", "\ud800"):
        assert await tokens.verify_token(wrong) is None


@pytest.mark.parametrize(
    "words", ["x", "short:shared", f"{TOKEN}:all", f"{TOKEN}", f"{TOKEN}:1,{TOKEN}:2", f"a b{TOKEN}:1"]
)
def test_tokens_that_are_short_or_without_a_scope_are_refused_and_not_shown(words: str) -> None:
    with pytest.raises(SettingsError, match="MCP_TOKENS") as raised:
        BotSettings.load(mcp_tokens=words)
    assert TOKEN not in str(raised.value) + raised.value.hint
