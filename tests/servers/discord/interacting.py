"""What Discord's client sends when people use commands, buttons, selects and modals.

Like the client, it refuses what cannot be done: an unknown command or option, a disabled button, a missing value.
"""

from __future__ import annotations

from typing import Any

from tests.servers.discord.components import walk_components
from tests.servers.discord.nouns import (
    AUTOCOMPLETE,
    DM,
    GROUP_DM,
    MODAL_SUBMIT,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    User,
)
from tests.servers.discord.payloads import attachment_json, channel_json, member_json, role_json, user_json
from tests.servers.discord.permissions import Role
from tests.servers.discord.world import World

SLASH_COMMAND, MESSAGE_COMMAND = 1, 3
"""Types of a command (developer reference, "Application Command Types")."""
_SUB_COMMAND_AND_GROUP = (1, 2)
_MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024
_STRING_SELECT = 3
_TEXT_INPUT = 4


class CannotUse(Exception):
    """The client would not let a person do this."""


def interaction_json(world: World, interaction: Interaction) -> Json:
    """The payload of INTERACTION_CREATE."""
    channel, user = interaction.channel, interaction.user
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": interaction.type,
        "data": interaction.data,
        "token": interaction.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": {**channel_json(channel), "permissions": str(world.permissions(user, channel))},
        "app_permissions": str(world.permissions(world.bot, channel)),
        "locale": user.locale,
        "entitlements": [],
        "authorizing_integration_owners": _owners(world, interaction),
        "context": context_of(channel),
        "attachment_size_limit": _MAX_ATTACHMENT_BYTES,
    }
    if interaction.message is not None:
        payload["message"] = world.message_payload(interaction.message)
    if channel.guild is None:
        return {**payload, "user": user_json(user)}
    permissions = str(world.permissions(user, channel))
    member = {**member_json(channel.guild.members[user.id]), "permissions": permissions}
    guild = {"id": str(channel.guild.id), "locale": channel.guild.locale, "features": []}
    return {**payload, "guild_id": guild["id"], "guild": guild, "guild_locale": channel.guild.locale, "member": member}


def is_outside(world: World, channel: Channel) -> bool:
    """Whether the application is there for the person alone who uses it: the server does not have it."""
    return channel.type == GROUP_DM or (channel.guild is not None and channel.guild.id not in world.guilds)


def context_of(channel: Channel) -> int:
    """Where a command is used (documentation, "Interaction Context Types")."""
    return {DM: 1, GROUP_DM: 2}.get(channel.type, 0)


def _owners(world: World, interaction: Interaction) -> Json:
    """Who installed the application (documentation, "Authorizing Integration Owners Object")."""
    channel = interaction.channel
    if is_outside(world, channel):
        return {"1": str(interaction.user.id)}
    return {"0": str(channel.guild.id if channel.guild else 0)}


def find_command(
    world: World, channel: Channel, user: User, name: str, *, overridden: bool = False, kind: int = SLASH_COMMAND
) -> Json:
    """A registered command as this user sees it here.

    Args:
        overridden: the client does not hide what it should.
        kind: of the command: typed with a slash, or in the menu of a message.

    Raises:
        CannotUse: it is not registered, or this user does not see it.
    """
    scopes = [world.commands[None]] + ([world.commands.get(channel.guild.id, {})] if channel.guild else [])
    known = {command["name"]: command for scope in scopes for command in scope.values() if command["type"] == kind}
    if name not in known:
        raise CannotUse(f"/{name} is not registered; registered: {', '.join(sorted(known)) or 'none'}")
    command = known[name]
    if context_of(channel) not in (command["contexts"] or [0, 1, 2]):
        raise CannotUse(f"/{name} is not for {'this place' if channel.guild else 'direct messages'}")
    if is_outside(world, channel) and 1 not in command["integration_types"]:
        raise CannotUse(f"/{name} cannot be installed by a person")
    if channel.guild is None:
        return command
    needed = command["default_member_permissions"]
    missing = int(needed or 0) & ~world.permissions(user, channel)
    rules = world.command_permissions.get(channel.guild.id, {}).get(int(command["id"]), [])
    overridden = overridden or any(rule["id"] == str(user.id) and rule["permission"] for rule in rules)
    if not overridden and (missing or needed == "0"):
        raise CannotUse(f"/{name} is hidden from {user.name}: permissions {missing} are missing")
    return command


def command_data(world: World, command: Json, path: list[str], values: Json, focused: str | None = None) -> Json:
    """The data of a command or autocomplete interaction.

    Args:
        path: names of the sub-command group and sub-command, if any.
        values: by option name; User, Channel, Role and Attachment objects where the option wants them.
        focused: the option that is being typed.
    """
    resolved: Json = {}
    options = _options(world, command.get("options", []), path, values, focused, resolved)
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "resolved": resolved, "options": options}
    return data if "guild_id" not in command else {**data, "guild_id": command["guild_id"]}


def message_command_data(world: World, command: Json, message: Message) -> Json:
    """The data of a command used in the menu of a message, which it brings along."""
    resolved = {"messages": {str(message.id): world.message_payload(message)}}
    data: Json = {"id": command["id"], "name": command["name"], "type": MESSAGE_COMMAND, "resolved": resolved}
    return {**data, "target_id": str(message.id)}


def _options(
    world: World, declared: list[Json], path: list[str], values: Json, focused: str | None, resolved: Json
) -> list[Json]:
    if path:
        inner = next((o for o in declared if o["name"] == path[0] and o["type"] in _SUB_COMMAND_AND_GROUP), None)
        if inner is None:
            raise CannotUse(f"no sub-command {path[0]}; there are: {', '.join(o['name'] for o in declared)}")
        options = _options(world, inner.get("options", []), path[1:], values, focused, resolved)
        return [{"type": inner["type"], "name": inner["name"], "options": options}]
    known = {option["name"]: option for option in declared}
    if unknown := values.keys() - known.keys():
        raise CannotUse(f"no option {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    missing = [name for name, option in known.items() if option.get("required") and name not in values]
    if missing and focused is None:
        raise CannotUse(f"the option {missing[0]} is required")
    return [
        {
            "type": known[name]["type"],
            "name": name,
            "value": _value(world, known[name], value, resolved),
            **({"focused": True} if name == focused else {}),
        }
        for name, value in values.items()
    ]


def _value(world: World, option: Json, value: Any, resolved: Json) -> Any:
    allowed = [choice["value"] for choice in option.get("choices") or []]
    if allowed and value not in allowed:
        raise CannotUse(f"{option['name']} must be one of {allowed}")
    if isinstance(value, User):
        resolved.setdefault("users", {})[str(value.id)] = user_json(value)
    elif isinstance(value, Channel):
        resolved.setdefault("channels", {})[str(value.id)] = {**channel_json(value), "permissions": "0"}
    elif isinstance(value, Role):
        resolved.setdefault("roles", {})[str(value.id)] = role_json(value)
    elif isinstance(value, Attachment):
        world.attachments[value.id] = value.content
        resolved.setdefault("attachments", {})[str(value.id)] = attachment_json(value, world.cdn)
    else:
        return value
    return str(value.id)


def component_data(message: Message, custom_id: str, values: list[str] | None = None) -> Json:
    """The data of a pressed button or a select.

    Raises:
        CannotUse: the message has no such component, it is disabled, or has no such options.
    """
    by_id = {c["custom_id"]: c for c in walk_components(message.components) if "custom_id" in c}
    component = by_id.get(custom_id)
    if message.deleted or component is None:
        raise CannotUse(f"no component {custom_id!r} on the message; there are: {', '.join(by_id) or 'none'}")
    if component.get("disabled"):
        raise CannotUse(f"{custom_id!r} is disabled")
    offered = {option["value"] for option in component.get("options", [])}
    if values and offered and not offered.issuperset(values):
        raise CannotUse(f"{custom_id!r} offers {', '.join(sorted(offered))}, not {', '.join(values)}")
    data: Json = {"custom_id": custom_id, "component_type": component["type"]}
    if values is not None:
        data["values"] = values
        if component["type"] != _STRING_SELECT:
            data["resolved"] = {}
    return data


def modal_data(modal: Json, values: dict[str, str]) -> Json:
    """The data of a submitted modal, with one text or choice for each of its inputs by custom_id."""
    inputs = {c["custom_id"] for c in walk_components(modal["components"]) if "custom_id" in c}
    if unknown := values.keys() - inputs:
        raise CannotUse(f"the modal has no input {', '.join(sorted(unknown))}; there are: {', '.join(sorted(inputs))}")
    rows = [_filled(component, values) for component in modal["components"]]
    return {"custom_id": modal["custom_id"], "components": rows, "resolved": {}}


def _filled(component: Json, values: dict[str, str]) -> Json:
    filled: Json = {"type": component["type"], "id": component.get("id", 1)}
    if "components" in component:
        filled["components"] = [_filled(inner, values) for inner in component["components"]]
    elif "component" in component:
        filled["component"] = _filled(component["component"], values)
    elif "custom_id" in component:
        value = values.get(component["custom_id"], component.get("value") or "")
        if component.get("required", True) and not value:
            raise CannotUse(f"{component['custom_id']} must be filled in")
        filled["custom_id"] = component["custom_id"]
        filled |= {"value": value} if component["type"] == _TEXT_INPUT else {"values": [value] if value else []}
    return filled


def must_be_visible(interaction: Interaction) -> None:
    """Raises: CannotUse when an ephemeral message is used by somebody who does not see it."""
    message = interaction.message
    if interaction.type in (AUTOCOMPLETE, MODAL_SUBMIT) or message is None or not message.ephemeral:
        return
    if message.interaction is None or message.interaction.user is not interaction.user:
        raise CannotUse(f"{interaction.user.name} does not see this message")
