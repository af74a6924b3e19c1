"""Who the bot is, where its gateway is, and whom it may write to."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.errors import unknown
from tests.servers.discord.nouns import Json
from tests.servers.discord.payloads import channel_json, user_json
from tests.servers.discord.routes import Call, Routes

routes = Routes()


@routes.on("GET", "/users/@me")
def me(call: Call) -> Any:
    return {**user_json(call.world.bot), "verified": True, "mfa_enabled": False, "locale": "en-US", "flags": 0}


@routes.on("GET", "/users/@me/guilds")
def guilds(call: Call) -> Any:
    """Parts of the guilds (documentation, "Get Current User Guilds")."""
    part: Json = {"icon": None, "banner": None, "owner": False, "permissions": "0", "features": []}
    return [{**part, "id": str(guild.id), "name": guild.name} for guild in call.world.guilds.values()]


@routes.on("GET", "/applications/@me", "/oauth2/applications/@me")
def application(call: Call) -> Any:
    return call.world.application_payload()


@routes.on("POST", "/users/@me/channels")
def open_dm(call: Call) -> Any:
    found = call.world.users.get(int(call.form["recipient_id"]))
    if found is None:
        raise unknown("user")
    return channel_json(call.world.open_dm(found))
