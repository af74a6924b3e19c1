"""Alarms: each is told once, in the chosen channel, in words that a moderator can act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.discord.messages import discord_text, status_text
from ingest.catalogue.alarms import Alarm
from ingest.errors import FailureKind
from ingest.sources.alarm_rules import AlarmKind
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import said

pytestmark = pytest.mark.simcord(shard_count=1)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def alarm(number: int, kind: AlarmKind = AlarmKind.SILENT, failure: FailureKind | None = None) -> Alarm:
    address = f"https://example.org/{number}.xml"
    return Alarm(number, number, address, f"Feed {number} @everyone", kind, NOW, NOW, failure, "no such host")


@pytest.fixture
async def chosen(newsroom: Newsroom) -> ChannelHandle:
    """The channel that Ann has chosen for alarms."""
    channel = newsroom.guild.create_text_channel("alarms")
    await newsroom.env.settle()
    await newsroom.ann.slash(newsroom.channel, "settings alarms", channel=channel)
    return channel


def told(channel: ChannelHandle) -> list[str]:
    return [message.content for message in channel.history()]


async def test_each_alarm_is_without_repeats_with_what_to_do(
    newsroom: Newsroom, services: FakeServices, chosen: ChannelHandle
) -> None:
    services.alarms.raised.append(alarm(1, AlarmKind.FAILING, FailureKind.DNS))
    await newsroom.bot.ring()
    await newsroom.bot.ring()
    services.alarms.raised.append(alarm(2, AlarmKind.RECOVERED))
    await newsroom.bot.ring()
    assert told(chosen) == [
        "**Feed 1 `@everyone`** could not be read since 22 November 2026: no such host.\n"
        "-# Check the spelling of the site's name.\n-# `https://example.org/1.xml`",
        "**Feed 2 `@everyone`** is back: I read it again as usual.\n-# `https://example.org/2.xml`",
    ]
    assert all(mentions == {"parse": []} for mentions in newsroom.allowed_mentions())


async def test_a_bad_day_of_the_network_does_not_fill_the_channel(
    newsroom: Newsroom, services: FakeServices, chosen: ChannelHandle
) -> None:
    services.alarms.raised += [alarm(n) for n in range(1, 41)]
    await newsroom.bot.ring()
    assert len(told(chosen)) == 8
    assert sum(content.count("has fallen silent") for content in told(chosen)) == 40


async def test_who_begins_to_listen_does_not_hear_of_what_was(newsroom: Newsroom, services: FakeServices) -> None:
    services.alarms.raised.append(alarm(1))
    channel = newsroom.guild.create_text_channel("alarms")
    await newsroom.env.settle()
    await newsroom.ann.slash(newsroom.channel, "settings alarms", channel=channel)
    await newsroom.bot.ring()
    assert told(channel) == []


async def test_without_a_channel_the_status_and_the_health_of_sources_say_so(newsroom: Newsroom) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address="https://example.org/feed.xml")
    for command in ("status", "source health"):
        assert status_text.ALARMS_NOWHERE in said(await newsroom.ann.slash(newsroom.channel, command))


async def test_a_channel_where_the_bot_may_not_write_is_known_when_it_is_chosen(newsroom: Newsroom) -> None:
    me = newsroom.bot.user
    assert me is not None
    closed = newsroom.guild.create_text_channel(
        "closed", overwrites={me: discord.PermissionOverwrite(send_messages=False)}
    )
    await newsroom.env.settle()
    told = said(await newsroom.ann.slash(newsroom.channel, "settings alarms", channel=closed))
    assert status_text.alarms_state(closed.id, 0, discord_text.ALARM_CHANNEL_CLOSED) in told


async def test_what_cannot_be_told_waits_and_is_said_in_the_status_and_the_log(
    newsroom: Newsroom, services: FakeServices, chosen: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    deleted = chosen.id + 1
    here = services.guilds.settings(newsroom.guild.id)
    services.guilds.change(newsroom.guild.id, replace(here, alarm_channel=deleted))
    services.alarms.raised.append(alarm(1))
    for _ in range(3):
        await newsroom.bot.ring()
    status = said(await newsroom.ann.slash(newsroom.channel, "status"))
    assert status_text.alarms_state(deleted, 1, discord_text.ALARM_CHANNEL_GONE) in status
    assert caplog.text.count("alarms cannot be posted") == 1
    await newsroom.ann.slash(newsroom.channel, "settings alarms", channel=newsroom.channel)
    await newsroom.bot.ring()
    assert any("has fallen silent" in content for content in told(newsroom.channel))


async def test_alarms_that_another_process_is_posting_are_left_to_it(
    newsroom: Newsroom, services: FakeServices, chosen: ChannelHandle
) -> None:
    services.alarms.raised.append(alarm(1))
    services.claims.held.add(f"alarms of {newsroom.guild.id}")
    await newsroom.bot.ring()
    assert told(chosen) == []
    services.claims.held.clear()
    await newsroom.bot.ring()
    assert len(told(chosen)) == 1
