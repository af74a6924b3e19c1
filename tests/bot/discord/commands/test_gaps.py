"""/gaps: only where it was switched on and people were told, and nothing of what was asked in private."""

from __future__ import annotations

import pytest

from bot.discord.messages import gap_text
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import said

pytestmark = pytest.mark.simcord(shard_count=1)


async def test_questions_without_an_answer_are_kept_only_after_people_were_told(
    newsroom: Newsroom, services: FakeServices
) -> None:
    await newsroom.bob.slash(newsroom.channel, "ask", question="How do I make pancakes?")
    assert said(await newsroom.ann.slash(newsroom.channel, "gaps")) == gap_text.OFF
    await newsroom.ann.slash(newsroom.channel, "settings gaps", on=True)
    assert newsroom.replies()[-1].content == gap_text.TOLD
    await newsroom.bob.slash(newsroom.channel, "ask", question="Where do I buy pancakes?")
    await newsroom.bob.slash(newsroom.channel, "ask", question="Who hates pancakes?", private=True)
    await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?")
    shown = await newsroom.ann.slash(newsroom.channel, "gaps")
    assert shown.ephemeral
    assert "1. Where do I buy pancakes? (once, on " in said(shown)
    assert services.gaps.questions == {newsroom.guild.id: ["Where do I buy pancakes?"]}
    told = said(await newsroom.bob.slash(newsroom.channel, "privacy"))
    assert "kept for 30 days and shown to its moderators: not who asked" in told
    await newsroom.ann.slash(newsroom.channel, "settings gaps", on=False)
    assert services.gaps.questions == {}
    assert "moderators" not in said(await newsroom.bob.slash(newsroom.channel, "privacy"))


async def test_beside_each_gap_is_a_form_that_adds_a_source(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.ann.slash(newsroom.channel, "settings gaps", on=True)
    await newsroom.bob.slash(newsroom.channel, "ask", question="Where do I buy pancakes?")
    shown = await newsroom.ann.slash(newsroom.channel, "gaps")
    assert shown.response is not None
    opened = await newsroom.ann.click(shown.response, custom_id="verbatim-gap:add:0")
    await newsroom.ann.submit_modal(opened, {"address": "https://pancakes.example/feed"})
    assert services.sources.subscribed == {str(newsroom.guild.id): ["https://pancakes.example/feed"]}
