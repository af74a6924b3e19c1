"""The components of a message: what Discord refuses beyond what its OpenAPI document says.

Sources: developer reference, "Component Reference" and message flag `IS_COMPONENTS_V2`; the codes are those that
Discord answers with. The document itself holds the shapes: a section has one to three texts and one accessory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.servers.discord.errors import DiscordError, invalid_form
from tests.servers.discord.nouns import COMPONENTS_V2, Attachment, Json

TOTAL, TEXT_CHARS = 40, 4_000
"""Components of a message, and characters of all its text displays."""
PROCESSED_BYTES = 10_170
"""Of the texts in UTF-8, with 12 for each: beyond this Discord fails (discord-api-docs issue 8554)."""
_ACTION_ROW, _BUTTON, _TEXT_DISPLAY = 1, 2, 10
_NEEDS_FLAG = frozenset({9, _TEXT_DISPLAY, 11, 12, 13, 14, 17})
"""Section, text display, thumbnail, media gallery, file, separator, container."""
_ROW_WIDTH = 5


def walk_components(components: Iterable[Json]) -> list[Json]:
    """All components of a message or modal, whatever they are nested in, in their order."""
    found: list[Json] = []
    for component in components:
        inner = [component[key] for key in ("component", "accessory") if key in component]
        found += [component, *walk_components([*component.get("components", []), *inner])]
    return found


def check_components(components: list[Json], files: list[Attachment], flags: int) -> None:
    """Raises: DiscordError, for what Discord refuses."""
    every = walk_components(components)
    _check_unique(every)
    if any(_width(component) > _ROW_WIDTH for component in every if component["type"] == _ACTION_ROW):
        raise _refused("COMPONENT_LAYOUT_WIDTH_EXCEEDED", f"The specified component exceeds the width of {_ROW_WIDTH}")
    if not flags & COMPONENTS_V2:
        _check_without_flag(components, every)
        return
    texts = [component["content"] for component in every if component["type"] == _TEXT_DISPLAY]
    if len(every) > TOTAL:
        raise _refused("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"The maximum of {TOTAL} components is exceeded")
    if sum(map(len, texts)) > TEXT_CHARS:
        why = f"Components displayable text size exceeds maximum size of {TEXT_CHARS}"
        raise _refused("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", why)
    if sum(len(text.encode()) + 12 for text in texts) > PROCESSED_BYTES:
        raise DiscordError(500, 0, "500: Internal Server Error")
    _check_media(every, files)


def _check_unique(every: list[Json]) -> None:
    custom = [component["custom_id"] for component in every if component.get("custom_id")]
    if len(custom) != len(set(custom)):
        raise _refused("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    ids = [component["id"] for component in every if component.get("id")]
    if len(ids) != len(set(ids)):
        raise _refused("COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")


def _check_without_flag(components: list[Json], every: list[Json]) -> None:
    if len(components) > 5 or any(component["type"] in _NEEDS_FLAG for component in every):
        raise _refused("UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')


def _check_media(every: list[Json], files: list[Attachment]) -> None:
    """What is attached is shown only where a component names it, and nothing else can be named."""
    there = {f"attachment://{file.filename}" for file in files}
    named = {address for component in every for address in _addresses(component)}
    if any(address.startswith("attachment://") and address not in there for address in named):
        raise _refused("UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "Referenced attachment was not found")


def _addresses(component: Json) -> Iterator[str]:
    media = [component.get("media"), component.get("file"), *(item["media"] for item in component.get("items", []))]
    return (one["url"] for one in media if one)


def _width(row: Json) -> int:
    return sum(1 if component["type"] == _BUTTON else _ROW_WIDTH for component in row["components"])


def _refused(code: str, message: str) -> DiscordError:
    return invalid_form("components", code, message)
