"""Refusals in Discord's JSON form (documentation, "Opcodes and Status Codes", "JSON Error Codes")."""

from __future__ import annotations

from typing import Any


class DiscordError(Exception):
    """A request that Discord refuses; `body` is the JSON it answers with."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors


_UNKNOWN = {
    "channel": 10003,
    "guild": 10004,
    "member": 10007,
    "message": 10008,
    "user": 10013,
    "webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
}


def unknown(noun: str) -> DiscordError:
    """404 for an id that means nothing."""
    return DiscordError(404, _UNKNOWN[noun], f"Unknown {noun}")


def invalid_form(field: str, code: str, message: str) -> DiscordError:
    """400 for a body that breaks a rule."""
    return DiscordError(400, 50035, "Invalid Form Body", {field: {"_errors": [{"code": code, "message": message}]}})


def missing_access() -> DiscordError:
    return DiscordError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordError:
    return DiscordError(403, 50013, "Missing Permissions")
