"""The catalogues: complete, current, sound, and within Discord's limits."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest
from discord import app_commands

from bot.answering import sentences
from bot.discord.commands.translator import NAME, CommandTranslator
from bot.discord.messages import discord_text
from bot.lexicon.dates import days
from bot.render.digest import headings, render_digest
from bot.render.splitting import LIMIT
from bot.translation import _, language_of, speaking, translated
from tests import catalogues
from tests.bot.examples import digest

COMMAND_CHARS = 8_000
"""Of the texts of one command, the longest form of each (developer reference, "Application Command Object")."""
NAME_PATTERN = re.compile(r"[-_'\w]{1,32}")
FORM_CHARS, BUTTON_CHARS, PLACEHOLDER_CHARS = 45, 80, 100
"""Of a form's title and label, of a button, of what a field shows before it is filled in."""

BERLIN, UTC_MOMENT = ZoneInfo("Europe/Berlin"), datetime(2026, 6, 28, tzinfo=UTC)

every_language = pytest.mark.parametrize("language", catalogues.OTHERS)


@every_language
def test_a_catalogue_translates_each_text_of_the_code_and_no_other(language: str) -> None:
    wanted = {(message.id, message.context) for message in catalogues.needed() if message.id}
    catalog = catalogues.read(language)
    assert {(message.id, message.context) for message in catalog if message.id} == wanted, "run tests.catalogues"
    assert catalogues.untranslated(catalog) == []


@every_language
def test_what_the_bot_reads_is_the_catalogue_compiled(language: str) -> None:
    assert catalogues.path_of(language, "mo").read_bytes() == catalogues.compiled(catalogues.read(language))


@every_language
def test_a_translation_has_the_placeholders_commands_and_mark_up_of_its_text(language: str) -> None:
    commands = {path for path, _english in command_paths(language)}
    for message in catalogues.read(language):
        if not message.id:
            continue
        for english, other in pairs(message):
            assert placeholders(other) <= placeholders(english), other
            if not isinstance(message.id, tuple):
                assert placeholders(other) == placeholders(english), other
            assert other.count("**") == english.count("**"), other
            assert other.count("`") == english.count("`"), other
            assert (other[:1].isspace(), other[-1:].isspace()) == (english[:1].isspace(), english[-1:].isspace()), other
            for mentioned in re.findall(r"`/([^`]+)`", other):
                assert any(mentioned == path or mentioned.startswith(f"{path} ") for path in commands), mentioned


def pairs(message: Any) -> list[tuple[str, str]]:
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[-1], form) for form in message.string]


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def command_paths(language: str) -> list[tuple[str, str]]:
    """The commands of a language as they are typed, with their English form."""
    found = []
    for command in catalogues.commands():
        for each in command.walk_commands() if isinstance(command, app_commands.Group) else [command]:
            if isinstance(each, app_commands.Command):
                words = each.qualified_name.split(" ")
                found.append((" ".join(translated(word, language, NAME) for word in words), each.qualified_name))
    groups = [c for c in catalogues.commands() if isinstance(c, app_commands.Group)]
    return found + [(translated(group.name, language, NAME), group.name) for group in groups]


@every_language
async def test_discord_takes_the_names_and_descriptions_of_all_commands(language: str) -> None:
    tree = catalogues.tree()
    translator = CommandTranslator()
    await tree.set_translator(translator)
    locale = next(each for each in discord.Locale if language_of(str(each)) == language)
    for command in tree.get_commands():
        payload = await command.get_translated_payload(tree, translator)
        texts = list(localised(payload, locale.value))
        assert sum(max(len(english), len(other)) for english, other in texts) <= COMMAND_CHARS
        check_names(payload, locale.value)


def localised(node: dict[str, Any], locale: str) -> Any:
    """The texts of a command in English and in another language."""
    for what in ("name", "description"):
        english = node.get(what) or ""
        yield english, (node.get(f"{what}_localizations") or {}).get(locale, english)
    for child in (*node.get("options", ()), *node.get("choices", ())):
        yield from localised(child, locale)


def check_names(node: dict[str, Any], locale: str, *, choice: bool = False) -> None:
    menu = node.get("type") in (2, 3) and not node.get("description")
    name = (node.get("name_localizations") or {}).get(locale, node["name"])
    if choice:
        assert len(name) <= 100, name
    elif menu:
        assert len(name) <= 32, name
    else:
        assert NAME_PATTERN.fullmatch(name), name
        assert name == name.lower(), name
    assert len((node.get("description_localizations") or {}).get(locale, "")) <= 100, node["name"]
    siblings = [(child.get("name_localizations") or {}).get(locale, child["name"]) for child in node.get("options", ())]
    assert len(set(siblings)) == len(siblings), siblings
    for child in node.get("options", ()):
        check_names(child, locale)
    for child in node.get("choices", ()):
        check_names(child, locale, choice=True)


@every_language
def test_forms_and_long_messages_fit_discords_limits(language: str) -> None:
    with speaking(language):
        for text in (discord_text.FOLLOW_UP, discord_text.FOLLOW_UP_LABEL, discord_text.ASK_ABOUT_LABEL,
                     discord_text.REPORT_TITLE, discord_text.REPORT_LABEL):  # fmt: skip
            assert len(_(text)) <= FORM_CHARS, _(text)
        assert len(_(discord_text.REPORT_CONSENT)) <= PLACEHOLDER_CHARS
        assert len(_(discord_text.HELP)) <= LIMIT
        assert len(discord_text.greeting()) <= LIMIT


def test_the_context_decides_about_the_language_and_days_are_written_as_its_readers_write_them() -> None:
    english = days(UTC_MOMENT, UTC_MOMENT, BERLIN)
    with speaking("de"):
        assert sentences.no_evidence(None, None) != "I have no articles yet, so I cannot answer."
        assert days(UTC_MOMENT, UTC_MOMENT, BERLIN) != english
    assert sentences.no_evidence(None, None) == "I have no articles yet, so I cannot answer."


def test_a_locale_of_discord_has_a_language_of_ours_or_english() -> None:
    assert [language_of(locale) for locale in ("pt-BR", "es-419", "ja", "en-GB", "zh-CN")] == [
        "pt", "es", "ja", "en", "en",
    ]  # fmt: skip


@every_language
def test_a_note_about_the_model_gives_its_reason_in_the_same_language(language: str) -> None:
    with speaking(language):
        assert "no connection" not in sentences.model_failed("no connection")


@every_language
def test_a_digest_that_was_sent_in_another_language_is_recognised(language: str) -> None:
    told = digest("A title")
    with speaking(language):
        first = render_digest(told)[0].content.partition("\n")[0]
    assert first in headings(told)
