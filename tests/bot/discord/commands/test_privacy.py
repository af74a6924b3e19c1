"""Everybody can see what is stored about them, and delete it."""

from __future__ import annotations

import pytest

from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import said

pytestmark = pytest.mark.simcord(shard_count=1)


async def test_who_asked_nothing_is_told_that_nothing_is_stored(newsroom: Newsroom) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "privacy")
    assert result.ephemeral
    assert said(result).endswith("Right now I store nothing about you.")


async def test_a_press_deletes_what_is_stored_about_one_person_and_nobody_else(
    newsroom: Newsroom, services: FakeServices
) -> None:
    for person in (newsroom.ann, newsroom.bob):
        await person.slash(newsroom.channel, "ask", question="What is new?")
    result = await newsroom.bob.slash(newsroom.channel, "privacy")
    assert "**1 answer**" in said(result)
    assert result.response is not None
    await newsroom.bob.click(result.response, custom_id="verbatim-privacy:delete")
    assert {delivery.asker_id for delivery in services.answers.deliveries.values()} == {str(newsroom.ann.id)}
