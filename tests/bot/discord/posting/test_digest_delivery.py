"""Scheduled digests come where and when they should, and moderators learn why one did not."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.discord.interactions import cards as card_messages
from bot.discord.messages import digest_text
from bot.services.guilds import GuildSettings
from bot.services.records import DueDigest
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import said
from tests.bot.examples import digest

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


def make_due(
    newsroom: Newsroom, services: FakeServices, *, sending_since: datetime | None = None, late: bool = False
) -> None:
    services.shelf.due[newsroom.guild.id] = DueDigest(1, newsroom.guild.id, DUE, sending_since, late, DUE)


async def without_history(newsroom: Newsroom, services: FakeServices) -> ChannelHandle:
    """Another channel for digests, where the bot may not read what was written before."""
    me = newsroom.guild.me
    assert me is not None
    closed = newsroom.guild.create_text_channel(
        "closed", overwrites={me: discord.PermissionOverwrite(read_message_history=False)}
    )
    await newsroom.env.settle()
    settings = services.guilds.settings(newsroom.guild.id)
    services.guilds.change(newsroom.guild.id, replace(settings, digest_channel=closed.id))
    return closed


def sent_at(channel: ChannelHandle) -> datetime:
    """When the last message came."""
    return channel.history()[-1].created_at


def told(channel: ChannelHandle) -> list[str]:
    return [card_messages.said(message) for message in channel.history()]


async def test_a_due_digest_is_posted_once_and_pings_nobody(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle
) -> None:
    make_due(newsroom, services)
    await newsroom.bot.deliver()
    await newsroom.bot.deliver()
    (content,) = told(channel)
    assert "**Polaris 2 is out**" in content
    assert "Late" not in content
    assert services.shelf.log == ["sending", "sent"]
    assert all(mentions == {"parse": []} for mentions in newsroom.allowed_mentions())


async def test_a_late_digest_is_marked(newsroom: Newsroom, services: FakeServices, channel: ChannelHandle) -> None:
    make_due(newsroom, services, late=True)
    await newsroom.bot.deliver()
    assert LATE in told(channel)[0].split("\n")


@pytest.mark.parametrize("cards", [False, True])
async def test_what_was_handed_to_discord_before_is_looked_for_before_it_is_sent_again(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle, cards: bool
) -> None:
    services.guilds.change(newsroom.guild.id, replace(services.guilds.settings(newsroom.guild.id), cards=cards))
    make_due(newsroom, services)
    await newsroom.bot.deliver()
    assert [message.flags.components_v2 for message in channel.history()] == [cards]
    for late in (False, True):  # taken up by another process, at once and an hour later
        make_due(newsroom, services, sending_since=sent_at(channel), late=late)
        await newsroom.bot.deliver()
    assert len(told(channel)) == 1
    assert services.shelf.log == ["sending", "sent", "sent", "sent"]


async def test_a_busy_channel_does_not_hide_what_arrived(
    newsroom: Newsroom, services: FakeServices, channel: ChannelHandle
) -> None:
    for n in range(60):  # between the hour at which it was due and the one at which the bot came back
        await newsroom.ann.send(channel, f"message {n}")
    make_due(newsroom, services)
    await newsroom.bot.deliver()
    make_due(newsroom, services, sending_since=sent_at(channel))
    await newsroom.bot.deliver()
    assert len([content for content in told(channel) if content.startswith("## ")]) == 1


async def test_what_did_not_arrive_is_sent_although_the_history_may_not_be_read(
    newsroom: Newsroom, services: FakeServices
) -> None:
    channel = await without_history(newsroom, services)
    await newsroom.ann.send(channel, "before")
    make_due(newsroom, services, sending_since=sent_at(channel) + timedelta(hours=1))
    await newsroom.bot.deliver()
    assert len(told(channel)) == 2
    assert services.shelf.log == ["sending", "sent"]


async def test_what_was_sent_minutes_ago_is_sent_again_under_the_nonce_by_which_discord_knows_it(
    newsroom: Newsroom, services: FakeServices
) -> None:
    channel = await without_history(newsroom, services)
    make_due(newsroom, services)
    await newsroom.bot.deliver()
    make_due(newsroom, services, sending_since=datetime.now(UTC) - timedelta(minutes=1))
    await newsroom.bot.deliver()
    path = f"/channels/{channel.id}/messages"
    first, second = [r.json for r in newsroom.env.http_requests if (r.method, r.path) == ("POST", path)]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["nonce"] == second["nonce"]
    assert first["enforce_nonce"]
    assert services.shelf.log == ["sending", "sent", "sending again", "sent"], "the time of the first try counts"


async def test_what_another_process_has_claimed_since_is_not_sent(newsroom: Newsroom, services: FakeServices) -> None:
    channel = await without_history(newsroom, services)
    make_due(newsroom, services)
    services.shelf.taken = True
    await newsroom.bot.deliver()
    assert channel.history() == []
    assert services.shelf.log == ["taken"]


async def test_where_nobody_can_know_it_is_not_sent_again_and_the_moderators_can_read_it(
    newsroom: Newsroom, services: FakeServices
) -> None:
    channel = await without_history(newsroom, services)
    desk = newsroom.guild.create_text_channel("moderators")
    await newsroom.env.settle()
    settings = services.guilds.settings(newsroom.guild.id)
    services.guilds.change(newsroom.guild.id, replace(settings, alarm_channel=desk.id))
    await newsroom.ann.send(channel, "is this it?")
    make_due(newsroom, services, sending_since=sent_at(channel))
    await newsroom.bot.deliver()
    await newsroom.bot.deliver()
    assert told(channel) == ["is this it?"]
    (notice,) = desk.history()
    assert notice.content.startswith(
        f"The digest of Sunday 28 December 2025, 12:00 (UTC) may be missing in <#{channel.id}>: {digest_text.UNSEEN}.\n"
    )
    assert "Read Message History" in notice.content
    services.shelf.keep(digest("Polaris 2 is out"), str(newsroom.guild.id), private=False)
    shown = await newsroom.bob.click(notice, custom_id="verbatim-digest:1:0")
    assert "**Polaris 2 is out**" in said(shown)
    status = said(await newsroom.ann.slash(newsroom.channel, "status"))
    assert f"12:00 (UTC) may be missing: {digest_text.UNSEEN}." in status


async def test_a_channel_that_is_closed_is_without_repeats_where_moderators_look_and_in_status(
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
