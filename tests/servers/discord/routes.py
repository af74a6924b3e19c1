"""Path templates such as `/channels/{channel_id}`: the table of handlers, and which template a path means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tests.servers.discord.nouns import Attachment, Json
from tests.servers.discord.world import World

T = TypeVar("T")


class Templates(Generic[T]):
    """Finds the entry of a path; literal segments win over parameters, so `/users/@me` is not a user's id."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        ordered = sorted(entries, key=lambda entry: [part.startswith("{") for part in entry[0].split("/")])
        self._entries = [(template, _pattern(template), value) for template, value in ordered]

    def find(self, path: str) -> tuple[str, T, dict[str, str]] | None:
        """The template, its entry and the path's parameters; None for an unknown path."""
        for template, pattern, value in self._entries:
            if match := pattern.fullmatch(path):
                return template, value, match.groupdict()
        return None


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template)))


@dataclass
class Call:
    """One request, parsed: what a handler gets to see."""

    world: World
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[Attachment] = field(default_factory=list)

    def id(self, name: str) -> int:
        """A path parameter that is an id; 0, which nothing has, when it is not a number."""
        return int(self.params[name]) if self.params[name].isdigit() else 0

    @property
    def form(self) -> Json:
        """The body, where an object is wanted."""
        return self.body if isinstance(self.body, dict) else {}


Handler = Callable[[Call], Any]
"""Returns the JSON of a 200 answer, or None for 204. Raises DiscordError to refuse."""


class Routes:
    """Handlers of one part of the API, by method and path template."""

    def __init__(self) -> None:
        self.table: dict[str, dict[str, Handler]] = {}

    def on(self, method: str, *templates: str) -> Callable[[Handler], Handler]:
        """Decorator: this function answers this method on these paths."""

        def register(handler: Handler) -> Handler:
            for template in templates:
                self.table.setdefault(template, {})[method] = handler
            return handler

        return register
