"""The context menu "Ask about this": the message is the context, the answer is for who asked alone."""

from __future__ import annotations

import pytest

from bot.answering.models import Turn
from bot.discord.messages import discord_text
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices

pytestmark = pytest.mark.simcord(shard_count=1)


async def test_the_message_is_the_context_of_the_question(newsroom: Newsroom, services: FakeServices) -> None:
    said = await newsroom.ann.send(newsroom.channel, "Polaris 2 is out, they say.")
    opened = await newsroom.bob.context_menu(newsroom.channel, discord_text.ASK_ABOUT, said)
    assert opened.modal is not None
    answered = await newsroom.bob.submit_modal(opened, {"question": "How large is it?"})
    assert answered.ephemeral
    (asked,) = services.echo.asked
    assert asked.text == "How large is it?"
    assert asked.history == (Turn("user", "Polaris 2 is out, they say."),)
