"""Languages, as a whole process: what everybody sees is in the server's language, what one person sees in theirs."""

from __future__ import annotations

from pathlib import Path

from bot.discord.messages import discord_text
from bot.translation import translated
from tests.newsroom import Newsroom
from tests.servers.discord import Interaction, User

STRANGE = "Who won the world cup of pigeon racing in Freedonia?"
QUESTION = "How many parameters does Polaris 2 have?"


def test_everybody_reads_the_servers_language_and_one_person_their_own(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        room.guild.locale, room.ann.locale, room.admin.locale = "de", "fr", "ja"
        room.restart()
        commands = {command["name"]: command for command in room.server.commands()}
        assert commands["digest"]["name_localizations"]["de"] == "rückblick"
        assert commands["digest"]["name_localizations"]["pt-BR"] == "resumo"
        room.add(room.feed)
        room.wait_until_read()
        assert "In meinen Artikeln habe ich keine Antwort darauf gefunden." in room.ask(STRANGE).content
        help_ = used(room, room.ann, "help")
        assert help_.content == translated(discord_text.HELP, "fr")
        public = used(room, room.ann, "ask", question=QUESTION)
        assert public.content.startswith("Frage: How many parameters")
        assert "34 billion" in public.content, "quotes stay as they are"
        private = used(room, room.ann, "ask", question=QUESTION, private=True)
        assert private.content.startswith("Question : How many parameters")
        settings = used(room, room.admin, "settings language", language="es")
        assert "スペイン語" in settings.content
        assert "No encontré respuesta a esto en mis artículos." in room.ask(STRANGE).content
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def used(room: Newsroom, user: User, command: str, **options: object) -> Interaction:
    interaction = room.server.slash(room.guild, room.channel, user, command, dict(options))
    room.process.wait_for(lambda: interaction.done, room.server)
    return interaction
