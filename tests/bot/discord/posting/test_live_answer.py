"""An answer is shown while it is being written, in one message that ends as the answer."""

from __future__ import annotations

import asyncio

import discord
import pytest

from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices

pytestmark = pytest.mark.simcord(shard_count=1)


async def first_words(newsroom: Newsroom) -> discord.Message:
    async with asyncio.timeout(5):
        while not any(reply.content for reply in newsroom.replies()):  # noqa: ASYNC110  (a poll of another process's state)
            await asyncio.sleep(0.01)
    return newsroom.replies()[0]


async def test_a_reply_grows_statement_by_statement_and_ends_as_the_answer(
    newsroom: Newsroom, services: FakeServices
) -> None:
    text = f"{newsroom.bot_mention} Tell me word by word"
    asking = asyncio.create_task(newsroom.bob.send(newsroom.channel, text))
    begun = await first_words(newsroom)
    assert begun.content.startswith("Part 1. [1]")
    assert "> One." in begun.content
    services.echo.gate.set()
    await asking
    await newsroom.env.settle()
    (reply,) = newsroom.replies()
    assert reply.id == begun.id
    assert reply.content.startswith("> 1: Tell me word by word")
    assert reply.components


async def test_an_answer_that_was_deleted_while_it_was_written_is_sent_again(
    newsroom: Newsroom, services: FakeServices
) -> None:
    text = f"{newsroom.bot_mention} Tell me word by word"
    asking = asyncio.create_task(newsroom.bob.send(newsroom.channel, text))
    await (await first_words(newsroom)).delete()
    services.echo.gate.set()
    await asking
    await newsroom.env.settle()
    (reply,) = newsroom.replies()
    assert reply.content.startswith("> 1: Tell me word by word")
