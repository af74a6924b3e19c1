"""/settings: what is set holds at once, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.discord.client import VerbatimClient
from bot.discord.messages import discord_text
from bot.discord.rate_limits import RateLimiter
from bot.services.guilds import GuildSettings
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import said


class TestByDefault:
    """The bot without the Message Content intent."""

    pytestmark = pytest.mark.simcord(shard_count=1)

    async def test_show_tells_all_settings_and_how_to_change_them(self, newsroom: Newsroom) -> None:
        told = said(await newsroom.ann.slash(newsroom.channel, "settings show"))
        assert told == discord_text.settings(GuildSettings(), reads_all=False)
        for name in ("channel", "askers", "private", "shared", "language", "alarms"):
            assert f"`/settings {name}`" in told

    async def test_private_by_default_can_be_overruled_by_who_asks(self, newsroom: Newsroom) -> None:
        await newsroom.ann.slash(newsroom.channel, "settings private", private=True)
        assert (await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?")).ephemeral
        assert (await newsroom.bob.slash(newsroom.channel, "digest")).ephemeral
        public = await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?", private=False)
        assert not public.ephemeral

    async def test_a_server_can_do_without_the_shared_sources(self, newsroom: Newsroom, services: FakeServices) -> None:
        told = said(await newsroom.ann.slash(newsroom.channel, "settings shared", shared=False))
        assert "come with the bot: not seen" in told
        await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?")
        assert services.echo.asked[-1].scopes == (str(newsroom.guild.id),)
        await newsroom.bob.slash(newsroom.channel, "digest")
        assert services.digests.asked[-1].scopes == (str(newsroom.guild.id),)

    async def test_only_chosen_roles_may_ask_and_managers_always(
        self, newsroom: Newsroom, services: FakeServices
    ) -> None:
        readers = newsroom.guild.create_role("Readers")
        carl = newsroom.guild.add_member(newsroom.env.create_user("carl"), roles=[readers])
        await newsroom.ann.slash(newsroom.channel, "settings askers", role=readers, may_ask=True)
        await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
        assert newsroom.replies()[-1].content == discord_text.MAY_NOT_ASK
        refused = await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?")
        assert (said(refused), refused.ephemeral) == (discord_text.MAY_NOT_ASK, True)
        assert len(newsroom.env.errors) == 1
        assert services.echo.asked == []
        await carl.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
        await newsroom.ann.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
        assert len(services.echo.asked) == 2
        await newsroom.ann.slash(newsroom.channel, "settings askers", role=readers, may_ask=False)
        await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
        assert len(services.echo.asked) == 3

    async def test_without_the_intent_a_channel_for_every_message_says_what_to_do(self, newsroom: Newsroom) -> None:
        told = said(
            await newsroom.ann.slash(newsroom.channel, "settings channel", channel=newsroom.channel, every_message=True)
        )
        assert discord_text.NO_MESSAGE_CONTENT in told

    async def test_the_language_of_answers_goes_with_every_question(
        self, newsroom: Newsroom, services: FakeServices
    ) -> None:
        told = said(await newsroom.ann.slash(newsroom.channel, "settings language", language="de"))
        assert "own words: German" in told
        await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?")
        await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
        assert [question.language for question in services.echo.asked] == ["de", "de"]
        assert "that of the question" in said(await newsroom.ann.slash(newsroom.channel, "settings language"))

    async def test_days_begin_in_the_zone_of_the_server(self, newsroom: Newsroom, services: FakeServices) -> None:
        here = services.guilds.settings(newsroom.guild.id)
        services.guilds.change(newsroom.guild.id, replace(here, digest_zone="Asia/Tokyo"))
        await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?", since="2024-06-28")
        await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} What is new?")
        assert [str(question.zone) for question in services.echo.asked] == ["Asia/Tokyo", "Asia/Tokyo"]

    async def test_a_channel_for_alarms_is_chosen_and_given_up(self, newsroom: Newsroom) -> None:
        told = said(await newsroom.ann.slash(newsroom.channel, "settings alarms", channel=newsroom.channel))
        assert f"Alarms about sources: <#{newsroom.channel.id}>" in told
        assert "Alarms about sources: nowhere" in said(await newsroom.ann.slash(newsroom.channel, "settings alarms"))

    async def test_settings_of_one_server_do_not_reach_another(
        self, newsroom: Newsroom, services: FakeServices
    ) -> None:
        await newsroom.ann.slash(newsroom.channel, "settings shared", shared=False)
        assert set(services.guilds.known) == {newsroom.guild.id}


class TestWithoutDirectMessages:
    """The bot of an operator who has switched direct messages off."""

    pytestmark = pytest.mark.simcord(shard_count=1)

    @pytest.fixture
    def simcord_bot(self, services: FakeServices) -> VerbatimClient:
        return VerbatimClient(services.bundle, RateLimiter(9, 9), direct_messages=False)

    async def test_one_of_them_is_told_so_and_none_is_answered(
        self, newsroom: Newsroom, services: FakeServices
    ) -> None:
        for _ in range(2):
            await newsroom.bob.send_dm("What is new?")
        told = [m.content for m in newsroom.bob.user.dm_channel.history() if m.author == newsroom.env.bot.user]
        assert told == [discord_text.NO_DIRECT_MESSAGES]
        assert services.echo.asked == []
        commands = [command.to_dict(newsroom.bot.tree) for command in newsroom.bot.tree.get_commands()]
        assert all(command["contexts"] == [0] for command in commands), "0: on servers only"


class TestReadingEverything:
    """The bot with the Message Content intent."""

    pytestmark = pytest.mark.simcord(shard_count=1)

    @pytest.fixture
    def simcord_bot(self, services: FakeServices) -> VerbatimClient:
        return VerbatimClient(services.bundle, RateLimiter(9, 9), reads_everything=True)

    async def test_in_a_chosen_channel_and_its_threads_every_message_is_answered(
        self, newsroom: Newsroom, services: FakeServices
    ) -> None:
        chosen = newsroom.guild.create_text_channel("ask-me")
        services.guilds.change(
            newsroom.guild.id, replace(services.guilds.settings(newsroom.guild.id), answer_channels=(chosen.id,))
        )
        await newsroom.bob.send(newsroom.channel, "Not for the bot")
        assert services.echo.asked == []
        await newsroom.bob.send(chosen, "What is new?")
        assert services.echo.asked[-1].text == "What is new?"
        assert len(chosen.history()) == 2
