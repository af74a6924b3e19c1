"""A message that addresses the bot is answered; nothing else is."""

from __future__ import annotations

import discord
import pytest

from bot.answering.models import Turn
from bot.discord.messages import discord_text
from bot.render.splitting import LIMIT, size
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord_markdown import live

pytestmark = pytest.mark.simcord(shard_count=1)


async def test_a_mention_is_answered_with_a_quote_as_a_reply(newsroom: Newsroom, services: FakeServices) -> None:
    asked = await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
    (reply,) = newsroom.replies()
    assert reply.content.startswith("> 1: What is new?\n-# [1] Example News")
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    (question,) = services.echo.asked
    assert (question.text, question.history) == ("What is new?", ())
    assert question.scopes == (str(newsroom.guild.id), "shared")
    assert question.asked_at == asked.created_at


async def test_a_message_to_others_is_not_even_read(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.send(newsroom.channel, "What is new?")
    await newsroom.bob.send(newsroom.channel, "@everyone What is new?")
    assert services.echo.asked == []
    assert newsroom.replies() == []


async def test_a_reply_asks_on_with_its_own_conversation_only(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.ann.send(newsroom.channel, f"{newsroom.bot_mention} About Ann's topic?")
    anns = newsroom.replies()[-1]
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} About Bob's topic?")
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} And the price?", reply_to=anns)
    history = services.echo.asked[-1].history
    assert history[0] == Turn("user", "About Ann's topic?")
    assert history[1].role == "assistant"
    assert history[1].content.startswith("> 1: About Ann's topic?")
    assert "http" not in history[1].content
    assert "Bob" not in str(history)


async def test_a_reply_to_any_part_of_a_long_answer_finds_all_of_it(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} A long question about agents?")
    parts = newsroom.replies()
    assert len(parts) > 1
    assert all(size(part.content) <= LIMIT for part in parts)
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} Why?", reply_to=parts[-1])
    user, assistant = services.echo.asked[-1].history
    assert user == Turn("user", "A long question about agents?")
    assert "1: A long" in assistant.content
    assert "4: A long" in assistant.content


async def test_a_direct_message_is_answered_from_what_is_shared(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.send_dm("What is new?")
    assert services.echo.asked[-1].scopes == ("shared",)
    last = newsroom.bob.user.dm_channel.last_message
    assert last is not None
    assert last.content.startswith("> 1: What is new?")


async def test_an_empty_mention_is_told_what_to_do(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.send(newsroom.channel, newsroom.bot_mention)
    assert [m.content for m in newsroom.replies()] == [discord_text.ASK_ME]
    assert services.echo.asked == []


async def test_nothing_in_an_answer_pings_or_links_but_its_article(newsroom: Newsroom) -> None:
    hostile = f"{newsroom.bot_mention} @everyone <@{newsroom.ann.id}> https://evil.example [x](https://evil.example)"
    await newsroom.bob.send(newsroom.channel, hostile)
    (reply,) = newsroom.replies()
    assert newsroom.allowed_mentions() == [{"parse": [], "replied_user": False}]
    assert all(found == "line:-#" or found.startswith("link:https://example.org/") for found in live(reply.content))


async def test_a_bug_is_told_in_a_sentence_and_logged_without_anybodys_words(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} crash on my private matter")
    assert [m.content for m in newsroom.replies()] == [discord_text.BROKEN]
    assert "RuntimeError" in caplog.text
    assert "tests/bot/discord/fake_services.py" in caplog.text
    assert "private matter" not in caplog.text


async def test_without_sources_the_bot_says_how_to_add_one(newsroom: Newsroom, services: FakeServices) -> None:
    services.echo.has_articles = False
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
    assert newsroom.replies()[-1].content == discord_text.no_sources()
    await newsroom.bob.send_dm("What is new?")
    last = newsroom.bob.user.dm_channel.last_message
    assert last is not None
    assert last.content == discord_text.NO_SOURCES_IN_DM
    services.sources.subscribed["shared"] = ["https://example.org/feed"]
    services.sources.articles = 0
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
    assert newsroom.replies()[-1].content == discord_text.NOTHING_READ


async def test_where_the_bot_may_not_write_a_mention_is_logged_and_no_more(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    me = newsroom.bot.user
    assert me is not None
    muted = newsroom.guild.create_text_channel(
        "muted", overwrites={me: discord.PermissionOverwrite(send_messages=False)}
    )
    await newsroom.bob.send(muted, f"{newsroom.bot_mention} What is new?")
    assert "may not answer" in caplog.text
    assert "Traceback" not in caplog.text
    assert len(muted.history()) == 1


async def test_without_the_permission_to_read_history_the_bot_answers_without_referring(newsroom: Newsroom) -> None:
    me = newsroom.bot.user
    assert me is not None
    blind = newsroom.guild.create_text_channel(
        "blind", overwrites={me: discord.PermissionOverwrite(read_message_history=False)}
    )
    await newsroom.bob.send(blind, f"{newsroom.bot_mention} What is new?")
    _, answer = blind.history(viewer=newsroom.ann)
    assert answer.reference is None


async def test_a_reply_needs_no_mention_besides_its_own(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
    await newsroom.bob.send(newsroom.channel, "Since when?", reply_to=newsroom.replies()[-1])
    assert services.echo.asked[-1].text == "Since when?"
    assert len(services.echo.asked[-1].history) == 2


async def test_one_question_too_many_is_met_with_a_friendly_note(newsroom: Newsroom, services: FakeServices) -> None:
    for n in range(6):
        await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} Question {n}?")
    assert len(services.echo.asked) == 5
    assert newsroom.replies()[-1].content.startswith("You have asked a lot in the last minute. You can go on in ")
    for n in range(4):
        await newsroom.ann.send(newsroom.channel, f"{newsroom.bot_mention} Question {n}?")
    assert newsroom.replies()[-1].content.startswith("This server has asked a lot")


async def test_in_a_thread_it_goes_on_without_replies_and_apart_from_other_conversations(
    newsroom: Newsroom, services: FakeServices
) -> None:
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is V3.2?")
    await newsroom.ann.send(newsroom.channel, f"{newsroom.bot_mention} About Ann's topic?")
    await newsroom.replies()[0].create_thread(name="V3.2")
    thread = newsroom.channel.threads[-1]
    await newsroom.bob.send(thread, f"{newsroom.bot_mention} And the price?")
    await newsroom.bob.send(thread, f"{newsroom.bot_mention} Since when?")
    history = services.echo.asked[-1].history
    assert [turn.content for turn in history if turn.role == "user"][-1] == "And the price?"
    assert "Ann" not in str(history)
    assert sum(m.author == newsroom.bot.user for m in thread.history()) >= 2, "the answers are in the thread"


async def test_that_the_bot_may_not_write_is_without_repeats_in_private(newsroom: Newsroom) -> None:
    me = newsroom.bot.user
    assert me is not None
    muted = newsroom.guild.create_text_channel(
        "muted", overwrites={me: discord.PermissionOverwrite(send_messages=False)}
    )
    for _ in range(2):
        await newsroom.bob.send(muted, f"{newsroom.bot_mention} What is new?")
    told = [m.content for m in newsroom.bob.user.dm_channel.history() if m.author == me]
    assert told == [discord_text.may_not_write("Newsroom")]
