"""The bot as a process: it logs in, answers, and stops when told to; what the operator can mend is one line."""

from __future__ import annotations

import signal
import subprocess

import discord
import pytest
from discord.http import Route

from bot.discord.running import run_discord
from bot.settings import BotSettings
from ingest.errors import SettingsError, VerbatimError
from tests.bot.discord.bot_process import bot_process
from tests.bot.discord.fake_services import FakeServices
from tests.servers.discord import DiscordServer


@pytest.fixture(autouse=True)
def own_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run changes in discord.py is put back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(
        discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    )


def test_the_bot_logs_in_answers_and_stops_when_told() -> None:
    with DiscordServer() as server:
        guild = server.add_guild("Newsroom")
        ann = server.add_user("ann", guild)
        with bot_process(server) as process:
            server.wait_for(lambda: server.commands())
            server.say(guild.channel, ann, "What is new?", mentions=[server.bot])
            server.wait_for(lambda: server.replies(guild.channel))
            assert server.replies(guild.channel)[0].content.startswith("> 1: What is new?")
            answer = server.replies(guild.channel)[0]
            server.say(guild.channel, ann, "talking about it", reply_to=answer, ping=False)
            asked = server.slash(guild, guild.channel, ann, "ask", {"question": "What else?"})
            server.wait_for(lambda: asked.done)
            assert asked.deferred
            assert asked.content.startswith("Question: What else?\n\n> 1: What else?")
            assert len(server.replies(guild.channel)) == 2, "a reply that does not notify the bot is not for it"
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=20)
        assert process.returncode == 0, log
        assert "Traceback" not in log
        assert "What is new" not in log
        assert server.violations() == []


def test_an_answer_under_way_is_finished_before_the_bot_stops() -> None:
    with DiscordServer() as server:
        guild = server.add_guild("Newsroom")
        ann = server.add_user("ann", guild)
        with bot_process(server) as process:
            server.wait_for(lambda: server.commands())
            asked = server.slash(guild, guild.channel, ann, "ask", {"question": "Is this slow?"})
            server.wait_for(lambda: asked.deferred)
            process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)
            _, log = process.communicate("go on", timeout=20)
        assert asked.done
        assert "> 1: Is this slow?" in asked.content
        assert process.returncode == 0, log
        assert "Traceback" not in log


def test_a_bot_that_is_still_connecting_stops_when_told() -> None:
    with DiscordServer() as server:
        server.slow_gateway(60)
        with bot_process(server, ready=lambda: server.requests_to("GET", "/gateway/bot")) as process:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=20)
        assert process.returncode == 0, log


def load(**settings: object) -> BotSettings:
    return BotSettings.load(**settings)


def test_without_a_token_the_operator_is_told_what_to_do() -> None:
    with pytest.raises(SettingsError) as caught:
        run_discord(load(discord_token=" "), FakeServices().bundle)
    assert caught.value.which == "DISCORD_TOKEN"
    assert "discord.com/developers" in caught.value.hint


def test_a_refused_token_is_a_settings_error() -> None:
    with DiscordServer(token="another") as server, pytest.raises(SettingsError, match="refused") as caught:
        run_discord(load(discord_token="wrong", discord_api_url=server.api_url), FakeServices().bundle)
    assert "wrong" not in str(caught.value)


def test_a_token_refused_by_the_gateway_is_a_settings_error() -> None:
    with DiscordServer() as server:
        server.gateway.token = "reset since the login"
        with pytest.raises(SettingsError, match="refused"):
            run_discord(load(discord_token=server.token, discord_api_url=server.api_url), FakeServices().bundle)


def test_an_intent_that_is_switched_off_is_a_settings_error() -> None:
    with DiscordServer() as server:
        settings = load(discord_token=server.token, discord_api_url=server.api_url, discord_message_content=True)
        with pytest.raises(SettingsError, match="may not read message content") as caught:
            run_discord(settings, FakeServices().bundle)
    assert caught.value.which == "DISCORD_MESSAGE_CONTENT"


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(VerbatimError, match=r"cannot stay connected to Discord: http://127\.0\.0\.1:9/api"):
        run_discord(load(discord_token="any", discord_api_url="http://127.0.0.1:9/api"), FakeServices().bundle)


def test_a_server_that_hangs_up_is_named() -> None:
    with DiscordServer() as server:
        server.fail_next("GET /users/@me", status=0, times=9)
        with pytest.raises(VerbatimError, match=rf"cannot stay connected to Discord: {server.api_url}: "):
            run_discord(load(discord_token=server.token, discord_api_url=server.api_url), FakeServices().bundle)
