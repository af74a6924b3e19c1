"""/source, /why and /status: for administrators and for whom Discord's permission page lets in."""

from __future__ import annotations

import pytest
from simcord.results import InteractionResult

from bot.discord.interactions.permissions import _allowed
from bot.discord.messages import discord_text
from bot.services.watch_rows import Watch, WatchOptions, WatchState
from bot.watch.models import Kind
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import FEED, said
from tests.bot.examples import ASKED_AT

pytestmark = pytest.mark.simcord(shard_count=1)


async def press(newsroom: Newsroom, result: InteractionResult, custom_id: str) -> str:
    """What the message says after the button was pressed."""
    assert result.response is not None
    await newsroom.ann.click(result.response, custom_id=custom_id)
    return result.response.content


def buttons(result: InteractionResult) -> list[str]:
    assert result.response is not None
    return [button["custom_id"] for row in result.response.components for button in row["components"]]


async def test_a_source_is_removed_only_after_a_second_word(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    asked = await newsroom.ann.slash(newsroom.channel, "source remove", address=FEED)
    assert said(asked).startswith(f"Remove Title of `{FEED}`: `{FEED}` (feed, 3 articles, well)? ")
    assert services.sources.subscribed == {str(newsroom.guild.id): [FEED]}
    assert buttons(asked) == ["verbatim-source:remove:0", "verbatim-source:keep:0"]
    assert (await press(newsroom, asked, "verbatim-source:remove:0")).startswith(f"Removed: `{FEED}`.")
    assert services.sources.subscribed == {str(newsroom.guild.id): []}
    assert buttons(asked) == []


async def test_the_health_of_sources_says_once_which_watch_discord_does_not_take(
    newsroom: Newsroom, services: FakeServices
) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    scope = str(newsroom.guild.id)
    services.watches.own = [
        Watch(n, scope, "9", 5, Kind.SOURCE, f"Feed {n}", WatchOptions(), WatchState.ACTIVE, "", ASKED_AT)
        for n in (1, 2)
    ]
    services.watch_posts.waiting = {scope: {2}, "other": {1}}
    told = said(await newsroom.ann.slash(newsroom.channel, "source health"))
    assert told.count("Discord does not take what “Feed 2” found in <#5>") == 1
    assert "Feed 1" not in told


async def test_a_removal_can_be_called_off(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    asked = await newsroom.ann.slash(newsroom.channel, "source remove", address=FEED)
    assert await press(newsroom, asked, "verbatim-source:keep:0") == discord_text.KEPT
    assert services.sources.subscribed == {str(newsroom.guild.id): [FEED]}


async def test_a_long_list_has_pages(newsroom: Newsroom, services: FakeServices) -> None:
    services.sources.subscribed[str(newsroom.guild.id)] = [f"https://example.org/feed-number-{n}" for n in range(30)]
    listed = await newsroom.ann.slash(newsroom.channel, "source list")
    first = said(listed)
    assert listed.followups == []
    assert buttons(listed) == ["verbatim-source:list:1"]
    second = await press(newsroom, listed, "verbatim-source:list:1")
    assert "feed-number-0`" in first
    assert "feed-number-29`" in second
    assert "feed-number-0`" not in second
    assert await press(newsroom, listed, "verbatim-source:list:0") == first


async def test_health_tells_of_every_source(newsroom: Newsroom) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    told = said(await newsroom.ann.slash(newsroom.channel, "source health"))
    assert told.startswith("1 source, none failing.")
    assert f"- **Title of `{FEED}`**: well" in told


async def test_a_list_of_feeds_goes_in_and_out_as_a_file(newsroom: Newsroom, services: FakeServices) -> None:
    upload = ("feeds.opml", b"https://a.example/feed https://b.example/feed")
    imported = await newsroom.ann.slash(newsroom.channel, "source import", file=upload)
    assert said(imported).startswith("Added 2 feeds.")
    exported = await newsroom.ann.slash(newsroom.channel, "source export")
    assert exported.response is not None
    (file,) = exported.response.attachments
    assert (file.filename, await file.read()) == (
        "sources.opml",
        b"https://a.example/feed\nhttps://b.example/feed",
    )


async def test_a_source_is_read_again_on_demand(newsroom: Newsroom) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    told = await newsroom.ann.slash(newsroom.channel, "source refresh", address=FEED)
    assert said(told).startswith(f"I read `{FEED}` again")


async def test_why_and_status_tell_how_the_reading_goes(newsroom: Newsroom) -> None:
    await newsroom.ann.slash(newsroom.channel, "source add", address=FEED)
    why = await newsroom.ann.slash(newsroom.channel, "why", address="example.org/article")
    assert said(why) == (
        f"- {newsroom.guild.id} stored: `https://example.org/article`\n- shared stored: `https://example.org/article`"
    )
    status = await newsroom.ann.slash(newsroom.channel, "status")
    assert said(status).startswith(
        "1 source. 3 articles, the newest from 20 June 2026. 7 passages wait to be indexed.\n"
        "Today (UTC): 2 questions. The language model used 1,200 tokens. 800 are left of today's budget."
    )
    assert why.ephemeral
    assert status.ephemeral


@pytest.mark.parametrize("name", ["source", "why", "status"])
async def test_by_default_only_managers_see_the_command(newsroom: Newsroom, name: str) -> None:
    def sees(names: tuple[str, ...]) -> bool:
        return any(command.split()[0] == name for command in names)

    assert sees(newsroom.ann.available_commands(newsroom.channel))
    assert not sees(newsroom.bob.available_commands(newsroom.channel))


ME, EDITORS, GUESTS, GUILD = 1, 2, 3, 4
ROLE, USER = 1, 2


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ([], False),
        ([(ROLE, GUILD, True)], True),
        ([(ROLE, GUILD, True), (ROLE, GUESTS, False)], False),
        ([(ROLE, GUESTS, False), (ROLE, EDITORS, True)], True),
        ([(ROLE, EDITORS, True), (USER, ME, False)], False),
        ([(ROLE, GUILD, False), (USER, ME, True)], True),
        ([(USER, EDITORS, True), (ROLE, ME, True)], False),
    ],
)
def test_the_pages_rules_rank_as_in_discord(rules: list[tuple[int, int, bool]], allowed: bool) -> None:
    given = [{"type": kind, "id": str(identifier), "permission": ok} for kind, identifier, ok in rules]
    assert _allowed(given, ME, [EDITORS, GUESTS, GUILD], GUILD) is allowed


async def test_a_file_is_a_source_and_one_that_is_too_large_is_not_even_downloaded(newsroom: Newsroom) -> None:
    given = await newsroom.ann.slash(newsroom.channel, "source upload", file=("report.md", b"# Aurora"))
    assert said(given).startswith("Added `upload:0123/report.md`.")
    huge = ("report.md", b"x" * 20_000_001)
    refused = await newsroom.ann.slash(newsroom.channel, "source upload", file=huge)
    assert "more than 20 MB" in said(refused)
