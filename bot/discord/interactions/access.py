"""Who may ask on a server, and how often."""

from __future__ import annotations

import discord

from bot.discord.bridge import ServiceBridge


class MayNotAsk(Exception):
    """The server lets only some roles ask."""


def admit(bridge: ServiceBridge, asker: discord.abc.User, guild_id: int | None) -> None:
    """Count a question of somebody who may ask.

    Raises:
        MayNotAsk: this person has none of the roles that may.
        RateLimited: it is one too many.
    """
    roles = bridge.services.guilds.settings(guild_id).asker_roles
    if roles and not _has_one(asker, roles):
        raise MayNotAsk
    bridge.rate_limiter.admit(asker.id, guild_id)


def _has_one(asker: discord.abc.User, role_ids: tuple[int, ...]) -> bool:
    """Whether a member has one of the roles, or manages the server and could give them."""
    if not isinstance(asker, discord.Member):
        return False
    return asker.guild_permissions.manage_guild or any(role.id in role_ids for role in asker.roles)
