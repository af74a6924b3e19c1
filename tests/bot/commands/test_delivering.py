"""Scheduled digests come where and when they should, and moderators learn why one did not."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from simcord.builders import ChannelHandle

from bot.keeping.guilds import GuildSettings
from bot.keeping.records import DueDigest
from bot.wording import digest_text
from tests.bot.commands.conftest import Newsroom
from tests.bot.commands.test_slash import said
from tests.bot.services import FakeServices

pytestmark = pytest.mark.simcord(shard_count=1)

DUE = datetime(2025, 12, 28, 12, tzinfo=UTC)
"""Before simcord's clock begins."""
LATE = "-# Late: this was due Sunday 28 December 2025, 12:00 (UTC)."


@pytest.fixture
async def channel(newsroom: Newsroom) -> ChannelHandle:
    """The channel that Ann has chosen for digests."""
    channel = newsroom.guild.create_text_channel("digests")
    await newsroom.env.settle()
    await newsroom.ann.slash(newsroom.channel, "settings digest", rhythm="daily", channel=channel, hour=12)
    return channel


def make_due(newsroom: Newsroom, services: FakeServices, **how: bool) -> None:
    state = {"begun_before": False, "late": False} | how
    services.shelf.due[newsroom.guild.id] = DueDigest(1, newsroom.guild.id, DUE, **state)


def told(channel: ChannelHandle) -> list[str]:
    return [message.content for message in channel.history()]


async def test_a_due_digest_is_posted_once_and_pings_nobody(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle
) -> None:
    make_due(newsroom, services)
    await newsroom.bot.deliver()
    await newsroom.bot.deliver()
    (content,) = told(channel)
    assert "### Polaris 2 is out" in content
    assert "Late" not in content
    assert services.shelf.log == ["sent"]
    assert all(mentions == {"parse": []} for mentions in newsroom.allowed_mentions())


async def test_a_late_digest_is_marked(newsroom: Newsroom, services: FakeServices, channel: ChannelHandle) -> None:
    make_due(newsroom, services, late=True)
    await newsroom.bot.deliver()
    assert LATE in told(channel)[0].split("\n")


async def test_what_was_begun_before_is_looked_for_before_it_is_sent_again(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle
) -> None:
    for late in (False, True):  # killed after sending, and taken up by another process an hour later
        make_due(newsroom, services, begun_before=True, late=late)
        await newsroom.bot.deliver()
    assert len(told(channel)) == 1
    assert services.shelf.log == ["sent", "sent"]


async def test_a_channel_that_is_closed_is_told_once_where_moderators_look_and_in_status(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle
) -> None:
    desk = newsroom.guild.create_text_channel("moderators")
    await newsroom.env.settle()
    settings = services.guilds.settings(newsroom.guild.id)
    services.guilds.change(newsroom.guild.id, replace(settings, alarm_channel=desk.id, digest_channel=404))
    for _ in range(2):
        make_due(newsroom, services)
        await newsroom.bot.deliver()
    assert told(desk) == [
        "The digest of Sunday 28 December 2025, 12:00 (UTC) could not be posted in <#404>: that channel is gone.\n"
        "-# Let me see the channel and send messages and files there, or choose another one with `/settings digest`. "
        "Until the reason changes I say this only once; `/status` shows it."
    ]
    status = said(await newsroom.ann.slash(newsroom.channel, "status"))
    assert "The digest of Sunday 28 June 2026, 12:00 (UTC) was not posted: that channel is gone." in status


async def test_articles_that_cannot_be_read_put_it_off(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle
) -> None:
    make_due(newsroom, services)
    services.shelf.crash = True
    await newsroom.bot.deliver()
    assert services.shelf.log == [f"put off: {digest_text.PUT_OFF}"]
    services.shelf.crash = False
    await newsroom.bot.deliver()
    assert len(told(channel)) == 1


async def test_the_schedule_is_told_in_the_settings_and_starts_when_it_is_set(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle
) -> None:
    told = said(
        await newsroom.ann.slash(
            newsroom.channel, "settings digest", rhythm="weekly", weekday=4, hour=8, zone="Europe/Berlin"
        )
    )
    assert f"- Scheduled digest: every Friday at 08:00 (Europe/Berlin) in <#{channel.id}>" in told
    now = services.guilds.settings(newsroom.guild.id)
    assert abs(now.digest_from - time.time()) < 60
    off = said(await newsroom.ann.slash(newsroom.channel, "settings digest", rhythm="off"))
    assert "- Scheduled digest: off" in off


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"rhythm": "daily"}, "Cannot post digests: channel: none is chosen"),
        ({"zone": "Mars/Olympus"}, "Cannot use that time zone: Mars/Olympus: it is not known"),
    ],
)
async def test_what_cannot_be_set_says_why(
    newsroom: Newsroom, services: FakeServices, options: dict[str, str], why: str
) -> None:
    refused = await newsroom.ann.slash(newsroom.channel, "settings digest", **options)
    assert said(refused).startswith(why)
    assert len(newsroom.env.errors) == 1
    assert services.guilds.settings(newsroom.guild.id) == GuildSettings()


async def test_topics_are_what_digests_look_for_first(newsroom: Newsroom, services: FakeServices) -> None:
    told = said(await newsroom.ann.slash(newsroom.channel, "settings topics", topics="agents, open models; agents"))
    assert "- What interests this server most: agents, open models (`/settings topics`)" in told
    await newsroom.bob.slash(newsroom.channel, "digest")
    assert services.digests.asked[-1].interests == ("agents", "open models")
