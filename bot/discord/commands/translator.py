"""The names and descriptions of commands in the languages of Discord's clients."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.translation import language_of, translated

NAME = "command"
"""The context of the catalogues' entries for names of commands and options, which must be one word in small letters."""
_NAMES = frozenset({Location.command_name, Location.group_name, Location.parameter_name})


class CommandTranslator(app_commands.Translator):
    """Looks up Discord's locales in the catalogues; None where the English text serves."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContext[Any, Any],
    ) -> str | None:
        language = language_of(str(locale))
        if language == "en":
            return None
        is_name = context.location in _NAMES and not isinstance(context.data, app_commands.ContextMenu)
        found = translated(string.message, language, NAME if is_name else "")
        return found if found != string.message else None
