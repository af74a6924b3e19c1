"""The catalogues of the bot's words in other languages: what they must hold, and their files.

    python -m tests.catalogues

brings `bot/locale` up to date with the code: new texts are added without a translation, old ones go, and the files that
the bot reads (.mo) are compiled. Prints what still has to be translated, as JSON by language.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from discord import app_commands

from bot.discord.bridge import ServiceBridge
from bot.discord.commands.translator import NAME
from bot.discord.commands.tree import CommandTree
from bot.discord.rate_limits import RateLimiter
from bot.translation import LANGUAGES
from ingest.sources.advice import ADVICE, SILENCE
from ingest.sources.models import SourceKind
from tests.bot.discord.fake_services import FakeServices

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "bot" / "locale"
KEYWORDS: Mapping[str, Any] = {"_": None, "N_": None, "ngettext": (1, 2)}
_HEADER_NOISE = re.compile(
    r'"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator'
    r"|Language-Team|Generated-By): .*\n"
)
OTHERS = tuple(language for language in LANGUAGES if language != "en")


def needed() -> Catalog:
    """All texts that have to be translated."""
    catalog = Catalog(domain="verbatim", charset="utf-8", header_comment="", fuzzy=False)
    for _file, _line, text, _comments, context in extract_from_dir(ROOT / "bot", keywords=KEYWORDS):
        if text:
            catalog.add(text, context=context)
    for name, text in command_texts():
        catalog.add(text, context=NAME if name else None)
    for text in (*(advice.guild for advice in (*ADVICE.values(), SILENCE)), *SourceKind):
        catalog.add(str(text))
    return catalog


def command_texts() -> Iterator[tuple[bool, str]]:
    """The texts of the commands as Discord is told them; whether each is a name."""
    for command in commands():
        yield from _texts_of(command)


def commands() -> list[Any]:
    """The bot's commands."""
    return tree().get_commands()


def tree() -> CommandTree:
    """The bot's commands, without a bot: they ask for its services only when they are used."""
    bridge = ServiceBridge(FakeServices().bundle, RateLimiter(1, 1))
    return CommandTree(discord.Client(intents=discord.Intents.none()), bridge)


def _texts_of(command: Any) -> Iterator[tuple[bool, str]]:
    if isinstance(command, app_commands.ContextMenu):
        yield False, command.name
        return
    yield True, command.name
    yield False, command.description
    if isinstance(command, app_commands.Group):
        for each in command.commands:
            yield from _texts_of(each)
        return
    for parameter in command.parameters:
        yield True, str(parameter.display_name)
        yield False, str(parameter.description)
        yield from ((False, choice.name) for choice in parameter.choices)


def path_of(language: str, ending: str = "po") -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"verbatim.{ending}"


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one if there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain="verbatim", charset="utf-8", header_comment="", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="verbatim")


def compiled(catalog: Catalog) -> bytes:
    """What the bot reads: the same whenever it is compiled."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def write(language: str, catalog: Catalog) -> None:
    path, out = path_of(language), io.BytesIO()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_po(out, catalog, width=110, sort_output=True, ignore_obsolete=True)
    path.write_text(_HEADER_NOISE.sub("", out.getvalue().decode("utf-8")).lstrip(), encoding="utf-8")
    path_of(language, "mo").write_bytes(compiled(read(language)))


def untranslated(catalog: Catalog) -> list[Any]:
    """The texts without a translation, plurals as pairs, names of commands marked with "command|"."""
    missing = [message for message in catalog if message.id and not _is_complete(message)]
    return [f"{NAME}|{m.id}" if m.context == NAME else m.id for m in missing]


def _is_complete(message: Any) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def main() -> None:
    wanted, left = needed(), {}
    for language in OTHERS:
        catalog = read(language)
        catalog.update(wanted, no_fuzzy_matching=True)
        write(language, catalog)
        left[language] = untranslated(catalog)
    sys.stdout.write(json.dumps(left, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
