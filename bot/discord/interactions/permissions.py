"""Who may ask, and who may use an administrator's command.

Administrators are people with Manage Server and those allowed by Discord's own permission page.

Discord hides these commands from everybody else (`default_permissions`). This checks again, because a client is
not a security boundary, and it reads the page's rules, so that nothing has to be configured twice.
"""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.discord.bridge import ServiceBridge

Interaction = discord.Interaction[Any]
_ROLE, _USER = 1, 2
"""Kinds of a rule (developer reference, "Application Command Permission Type")."""


async def managers_only(interaction: Interaction) -> bool:
    """The check of administrators' commands.

    Raises:
        NoPrivateMessage: it was used outside a server.
        MissingPermissions: the user is not allowed.
    """
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    if interaction.permissions.manage_guild or await _let_in(interaction, interaction.guild_id):
        return True
    raise app_commands.MissingPermissions(["manage_guild"])


async def _let_in(interaction: Interaction, guild_id: int) -> bool:
    """Whether the server's permission page allows this user the command; False if Discord does not answer."""
    application_id = interaction.application_id
    try:
        found = await interaction.client.http.get_guild_application_command_permissions(application_id, guild_id)
    except discord.HTTPException:
        return False
    rules = {entry["id"]: entry["permissions"] for entry in found}
    command_id = dict(interaction.data or {}).get("id")
    user = interaction.user
    roles = [role.id for role in user.roles] if isinstance(user, discord.Member) else []
    return _allowed(rules.get(str(command_id)) or rules.get(str(application_id)) or [], user.id, roles, guild_id)


def _allowed(rules: list[dict[str, Any]], user_id: int, role_ids: list[int], guild_id: int) -> bool:
    """Apply the rules in Discord's order: for the user, for a role, for everyone (whose id is the server's)."""
    said = {(rule["type"], int(rule["id"])): bool(rule["permission"]) for rule in rules}
    if (_USER, user_id) in said:
        return said[_USER, user_id]
    of_roles = [said[_ROLE, role] for role in role_ids if role != guild_id and (_ROLE, role) in said]
    return any(of_roles) if of_roles else said.get((_ROLE, guild_id), False)


class MayNotAsk(Exception):
    """The server lets only some roles ask."""


async def admit(bridge: ServiceBridge, asker: discord.abc.User, guild_id: int | None) -> None:
    """Count a question of a user who may ask.

    Raises:
        MayNotAsk: the user has none of the allowed roles.
        RateLimited: the user or the server has asked too often.
    """
    roles = bridge.services.guilds.settings(guild_id).asker_roles
    if roles and not _has_one(asker, roles):
        raise MayNotAsk
    await bridge.admit(asker.id, guild_id)


def _has_one(asker: discord.abc.User, role_ids: tuple[int, ...]) -> bool:
    """Whether a member has one of the roles, or manages the server and could grant them."""
    if not isinstance(asker, discord.Member):
        return False
    return asker.guild_permissions.manage_guild or any(role.id in role_ids for role in asker.roles)
