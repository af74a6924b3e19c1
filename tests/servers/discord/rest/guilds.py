"""Guilds and their members."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.payloads import channel_json, guild_json, member_json, role_json, thread_member_json
from tests.servers.discord.routes import Call, Routes

routes = Routes()


@routes.on("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Any:
    return guild_json(call.world.guild(call.id("guild_id")))


@routes.on("GET", "/guilds/{guild_id}/roles")
def roles(call: Call) -> Any:
    return [role_json(role) for role in call.world.guild(call.id("guild_id")).roles.values()]


@routes.on("GET", "/guilds/{guild_id}/channels")
def channels(call: Call) -> Any:
    return [channel_json(c) for c in call.world.guild(call.id("guild_id")).channels.values() if not c.is_thread]


@routes.on("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call) -> Any:
    found = call.world.guild(call.id("guild_id"))
    threads = [c for c in found.channels.values() if c.is_thread and not c.archived]
    me = call.world.bot.id
    joined = [thread_member_json(thread, me) for thread in threads if me in thread.thread_members]
    return {"threads": [channel_json(thread) for thread in threads], "members": joined}


@routes.on("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> Any:
    found = sorted(call.world.guild(call.id("guild_id")).members.items())
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    return [member_json(member) for identifier, member in found if identifier > after][:limit]


@routes.on("GET", "/guilds/{guild_id}/members/search")
def search_members(call: Call) -> Any:
    found = call.world.guild(call.id("guild_id")).members.values()
    return [member_json(m) for m in found if m.user.name.startswith(call.query["query"])]


@routes.on("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Any:
    return member_json(call.world.member(call.world.guild(call.id("guild_id")), call.id("user_id")))
