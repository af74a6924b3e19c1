"""The context menu "Check this": what others wrote is checked for who asks alone."""

from __future__ import annotations

import pytest

from bot.discord.messages import discord_text
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import said as said_in

pytestmark = pytest.mark.simcord(shard_count=1)


async def test_a_message_is_checked_in_private_in_the_scopes_of_the_server(
    newsroom: Newsroom, services: FakeServices
) -> None:
    said = await newsroom.ann.send(newsroom.channel, "Polaris 2 is out.")
    checked = await newsroom.bob.context_menu(newsroom.channel, discord_text.CHECK_THIS, said)
    assert checked.ephemeral
    assert said_in(checked).startswith("**Supported:** Polaris 2 is out.\n> Polaris 2 is out.\n-# [1] Example News")
    (read,) = services.judge.read
    assert (read.text, read.scopes) == ("Polaris 2 is out.", (str(newsroom.guild.id), "shared"))


async def test_without_sources_it_says_so(newsroom: Newsroom, services: FakeServices) -> None:
    services.judge.has_articles = False
    said = await newsroom.ann.send(newsroom.channel, "Polaris 2 is out.")
    checked = await newsroom.bob.context_menu(newsroom.channel, discord_text.CHECK_THIS, said)
    assert said_in(checked) == discord_text.no_sources()


async def test_checks_count_as_questions(newsroom: Newsroom, services: FakeServices) -> None:
    said = await newsroom.ann.send(newsroom.channel, "Polaris 2 is out.")
    for _ in range(6):
        checked = await newsroom.bob.context_menu(newsroom.channel, discord_text.CHECK_THIS, said)
    assert len(services.judge.read) == 5
    assert "asked a lot" in said_in(checked)
    assert len(newsroom.env.errors) == 1
