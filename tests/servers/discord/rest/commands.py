"""Application commands: reading, replacing and changing the lists, global (None) and of each guild."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.nouns import Json, snowflake
from tests.servers.discord.routes import Call, Routes

routes = Routes()

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _scope(call: Call) -> dict[int, Json]:
    if "guild_id" not in call.params:
        return call.world.commands[None]
    guild = call.world.guild(call.id("guild_id"))
    return call.world.commands.setdefault(guild.id, {})


def _register(call: Call, commands: dict[int, Json], body: Json) -> Json:
    """Store a command; one of the same name and type keeps its id, as in Discord."""
    kind = body.get("type") or 1
    old = next((c for c in commands.values() if (c["name"], c["type"]) == (body["name"], kind)), None)
    permissions = body.get("default_member_permissions")
    stored = {
        "id": str(snowflake()) if old is None else old["id"],
        "application_id": str(call.world.application_id),
        "version": str(snowflake()),
        "type": kind,
        "description": "",
        "options": [],
        "nsfw": False,
        "contexts": None,
        "integration_types": [0],
        **{key: value for key, value in body.items() if value is not None and key != "id"},
        "default_member_permissions": None if permissions is None else str(permissions),
    }
    if "guild_id" in call.params:
        stored["guild_id"] = call.params["guild_id"]
    commands[int(stored["id"])] = stored
    return stored


@routes.on("GET", _GLOBAL, _GUILD)
def registered_commands(call: Call) -> Any:
    return list(_scope(call).values())


@routes.on("PUT", _GLOBAL, _GUILD)
def replace_commands(call: Call) -> Any:
    commands = _scope(call)
    stored = [_register(call, commands, body) for body in call.body or []]
    commands.clear()
    commands.update({int(command["id"]): command for command in stored})
    return stored


@routes.on("GET", _GUILD + "/permissions")
def command_permissions(call: Call) -> Any:
    guild = call.world.guild(call.id("guild_id"))
    ours = {"application_id": str(call.world.application_id), "guild_id": str(guild.id)}
    opened = call.world.command_permissions.get(guild.id, {})
    return [{"id": str(command), **ours, "permissions": rules} for command, rules in opened.items()]
