"""The slash commands: deferred, answered, refused."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord.http import Route
from simcord.builders import ChannelHandle

from bot.answering.models import Turn, Window
from bot.discord import client
from bot.discord.commands.tree import Synced
from bot.discord.messages import discord_text
from bot.render.splitting import LIMIT, size
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import FEED, said

pytestmark = pytest.mark.simcord(shard_count=1)


DEFERRED = 5
"""Type of a deferred response (developer reference, "Interaction Callback Type")."""


def first_callback(newsroom: Newsroom) -> object:
    """What the bot told Discord first about the last interaction."""
    callbacks = [r.json for r in newsroom.env.http_requests if r.path.endswith("/callback")]
    assert isinstance(callbacks[-1], dict)
    return callbacks[-1]["type"]


async def test_ask_defers_and_answers_under_the_question(newsroom: Newsroom, services: FakeServices) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "ask", question="What is *new*?")
    assert first_callback(newsroom) == DEFERRED
    assert not result.ephemeral
    assert said(result).startswith("Question: What is \\*new\\*?\n\n> 1: What is \\*new\\*?\n-# [1] Example News")
    assert services.echo.asked[-1].scopes == (str(newsroom.guild.id), "shared")


async def test_a_private_answer_is_private_in_all_its_parts(newsroom: Newsroom) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "ask", question="A long question about agents?", private=True)
    parts = [result.response, *result.followups]
    assert len(parts) > 1
    assert all(part is not None and part.ephemeral and size(part.content) <= LIMIT for part in parts)


async def test_since_narrows_the_window_of_a_question(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?", since="2024-06-28")
    assert services.echo.asked[-1].window == Window(datetime(2024, 6, 28, tzinfo=UTC), None)


async def test_a_since_that_names_no_time_is_refused_with_an_example(
    newsroom: Newsroom, services: FakeServices
) -> None:
    refused = await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?", since="pancakes")
    assert refused.ephemeral
    assert said(refused).startswith("Cannot tell since when: 'pancakes': it names no time that I know. Write a date")
    assert len(newsroom.env.errors) == 1
    assert services.echo.asked == []


async def test_a_question_is_deferred_while_the_answer_takes_its_time(
    newsroom: Newsroom, services: FakeServices
) -> None:
    asking = asyncio.create_task(newsroom.bob.slash(newsroom.channel, "ask", question="A slow one"))
    await asyncio.to_thread(services.echo.working.wait, 5)
    assert first_callback(newsroom) == DEFERRED
    services.echo.gate.set()
    assert "A slow one" in said(await asking)


async def test_a_reply_to_a_slash_answer_knows_its_question(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.slash(newsroom.channel, "ask", question="What is V3.2?")
    answer = newsroom.replies()[-1]
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} And the price?", reply_to=answer)
    assert services.echo.asked[-1].history[0] == Turn("user", "What is V3.2?")


async def test_an_abstention_names_the_nearest_article(newsroom: Newsroom) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "ask", question="best pancakes?")
    assert "I found nothing about that." in said(result)
    assert "[article](<https://example.org/dsa>)" in said(result)
    assert "> " not in said(result)


async def test_a_bug_in_a_command_is_told_in_a_sentence(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "ask", question="crash, private matter")
    assert len(newsroom.env.errors) == 1
    assert said(result) == discord_text.BROKEN
    assert "/ask failed" in caplog.text
    assert "private matter" not in caplog.text


async def test_digest_is_of_the_days_and_topic_asked_for(newsroom: Newsroom, services: FakeServices) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "digest", days=3, topic="agents")
    assert first_callback(newsroom) == DEFERRED
    assert "> **3 days of agents** happened." in said(result)
    (order,) = services.digests.asked
    assert order.until - order.since == timedelta(days=3)
    assert (order.topic, order.scopes) == ("agents", (str(newsroom.guild.id), "shared"))


async def test_an_admin_adds_lists_and_tests_a_source(newsroom: Newsroom, services: FakeServices) -> None:
    added = await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    assert added.ephemeral
    assert said(added).startswith("Added.")
    assert services.sources.subscribed == {str(newsroom.guild.id): [FEED]}
    again = await newsroom.ann.slash(newsroom.channel, "source add", address=f"<{FEED}>")
    assert said(again) == "Nothing changed: I already read that for this server."
    listed = await newsroom.ann.slash(newsroom.channel, "source list")
    assert said(listed).splitlines() == [
        "This server's sources:",
        f"- Title of `{FEED}`: `{FEED}` (feed, 3 articles, well)",
        "",
        "-# This server's own: 1 of 100 sources, 3 of 1,000 new articles in 24 hours.",
    ]
    tested = await newsroom.ann.slash(newsroom.channel, "source test", address=FEED)
    assert "- First `@everyone`\n- Second" in said(tested)
    choices = await newsroom.ann.autocomplete(newsroom.channel, "source remove", "address", "FEED")
    assert [choice["value"] for choice in choices] == [FEED]


async def test_the_commands_of_admins_are_hidden_from_others(newsroom: Newsroom) -> None:
    assert "source add" in newsroom.ann.available_commands(newsroom.channel)
    assert "source add" not in newsroom.bob.available_commands(newsroom.channel)


@pytest.mark.parametrize("address", ["/etc/passwd", "file:///etc/passwd", "ftp://example.org/x", "words", "a b.c"])
async def test_only_web_addresses_reach_the_registry(newsroom: Newsroom, services: FakeServices, address: str) -> None:
    result = await newsroom.ann.slash(newsroom.channel, "source add", address=address)
    assert said(result) == discord_text.NO_WEB_ADDRESS
    assert services.sources.subscribed == {}


async def test_a_source_that_cannot_be_read_is_explained(newsroom: Newsroom) -> None:
    result = await newsroom.ann.slash(newsroom.channel, "source add", address="down.example/feed")
    assert len(newsroom.env.errors) == 1
    assert (
        said(result) == "Cannot read `https://down.example/feed`: no such host. Check the spelling of the site's name."
    )


async def test_one_server_never_sees_the_sources_of_another(newsroom: Newsroom) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    other = newsroom.env.create_guild("Other", owner=newsroom.ann.user)
    channel = other.create_text_channel("general")
    ann_there = other.add_member(newsroom.ann.user)
    await newsroom.env.settle()
    listed = await ann_there.slash(channel, "source list")
    assert said(listed).startswith("No sources yet.")
    removed = await ann_there.slash(channel, "source remove", address=FEED)
    assert len(newsroom.env.errors) == 1
    assert said(removed).startswith("No such source")


async def test_the_commands_are_told_to_discord_when_they_changed_and_to_another_discord(
    newsroom: Newsroom, services: FakeServices
) -> None:
    tree = newsroom.bot.tree
    assert "discord_commands" in services.notes
    assert await tree.sync_if_changed(Route.BASE) is Synced.KNOWN
    assert await tree.sync_if_changed("http://other.example/api") is Synced.HERE
    tree.remove_command("help")
    assert await tree.sync_if_changed("http://other.example/api") is Synced.HERE
    assert "help" not in {command.name for command in await tree.fetch_commands()}


async def test_commands_that_another_process_is_telling_discord_are_left_to_it(
    newsroom: Newsroom, services: FakeServices
) -> None:
    services.claims.held.add("discord_commands")
    tree = newsroom.bot.tree
    before = len(newsroom.env.http_requests)
    assert await tree.sync_if_changed("http://other.example/api") is Synced.BY_ANOTHER
    assert len(newsroom.env.http_requests) == before


async def test_help_is_private_and_names_the_commands(newsroom: Newsroom) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "help")
    assert result.ephemeral
    assert said(result) == discord_text.HELP


async def hello(newsroom: Newsroom, channel: ChannelHandle) -> None:
    """Until the greeting is there: its packs are read in a thread."""
    for _ in range(200):
        await newsroom.env.settle()
        if channel.history():
            return
        await asyncio.sleep(0.01)


async def test_joining_a_server_the_bot_says_hello_and_what_to_do_next(newsroom: Newsroom) -> None:
    newsroom.bot.dispatch("guild_join", newsroom.bot.get_guild(newsroom.guild.id))
    await hello(newsroom, newsroom.channel)
    assert [m.content for m in newsroom.channel.history()] == [discord_text.greeting()]


async def test_where_the_bot_may_not_write_it_says_hello_elsewhere(newsroom: Newsroom) -> None:
    quiet = newsroom.env.create_guild("Quiet")
    muted = discord.PermissionOverwrite(send_messages=False)
    rules = quiet.create_text_channel("rules", overwrites={quiet.default_role: muted})
    talk = quiet.create_text_channel("talk")
    newsroom.bot.dispatch("guild_join", newsroom.bot.get_guild(quiet.id))
    await hello(newsroom, talk)
    assert rules.history() == []
    assert [m.content for m in talk.history()] == [discord_text.greeting()]


async def test_no_message_may_notify_anybody(newsroom: Newsroom) -> None:
    await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?")
    await newsroom.bob.slash(newsroom.channel, "digest")
    await newsroom.bob.slash(newsroom.channel, "help")
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
    assert newsroom.allowed_mentions()
    assert all(isinstance(body, dict) and body["parse"] == [] for body in newsroom.allowed_mentions())


async def test_one_command_too_many_is_told_in_private(newsroom: Newsroom) -> None:
    for _ in range(5):
        await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?")
    result = await newsroom.bob.slash(newsroom.channel, "digest")
    assert result.ephemeral
    assert said(result).startswith("You have asked a lot in the last minute.")
    assert len(newsroom.env.errors) == 1


async def test_guilds_that_are_left_are_noted_also_those_left_while_the_bot_was_away(
    newsroom: Newsroom, services: FakeServices
) -> None:
    book = services.retention
    assert "tidied" in book.entries
    book.known = {newsroom.guild.id, 77 << 22}
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    await newsroom.bot.on_ready()
    await newsroom.bot.on_guild_remove(guild)
    await newsroom.bot.on_guild_join(guild)
    assert book.entries[-3:] == [f"gone {77 << 22}", f"left {guild.id}", f"joined {guild.id}"]


async def test_what_happened_while_the_bot_was_away_is_seen_to_as_soon_as_the_database_answers(
    newsroom: Newsroom, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_AGAIN_S", 0.0)
    book = services.retention
    book.known, book.away = {77 << 22}, 3
    await newsroom.bot.on_ready()
    assert book.entries[-1] == f"gone {77 << 22}"
