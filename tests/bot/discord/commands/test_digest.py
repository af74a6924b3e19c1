"""/digest: what it is about, and its pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.discord.commands.digest import window_of
from bot.discord.messages import discord_text
from bot.errors import AskersError
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_digests import LongWeek
from tests.bot.discord.fake_services import FakeServices
from tests.bot.discord.replies import said

pytestmark = pytest.mark.simcord(shard_count=1)

NOW = datetime(2026, 6, 28, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    return datetime(2026, 6, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "since", "until", "window"),
    [
        (None, None, None, (NOW - timedelta(days=7), NOW)),
        (3, None, None, (NOW - timedelta(days=3), NOW)),
        (None, "2026-06-22", None, (day(22), NOW)),
        (None, "2026-06-15", "2026-06-21", (day(15), day(22))),
        (2, None, "2026-06-21", (day(20), day(22))),
        (None, "2026-06-28", "2026-07-09", (day(28), NOW)),
    ],
)
async def test_the_window_is_what_was_said(
    days: int | None, since: str | None, until: str | None, window: tuple[datetime, datetime]
) -> None:
    assert window_of(days, since, until, NOW) == window


@pytest.mark.parametrize(
    ("days", "since", "until"),
    [
        (None, "long ago", None),
        (None, "2026-06-30", None),
        (None, "2026-06-22", "2026-06-21"),
        (None, "2025-06-22", None),
        (3, "2026-06-22", None),
    ],
)
async def test_a_window_that_is_none_says_what_is_wrong(days: int | None, since: str | None, until: str | None) -> None:
    with pytest.raises(AskersError) as raised:
        window_of(days, since, until, NOW)
    assert raised.value.hint


class TestPages:
    @pytest.fixture
    def services(self) -> FakeServices:
        return FakeServices(digests=LongWeek())

    async def test_a_public_digest_is_one_message_and_each_reader_leafs_alone(
        self, newsroom: Newsroom, services: FakeServices
    ) -> None:
        asked = await newsroom.ann.slash(newsroom.channel, "digest")
        assert len(newsroom.replies()) == 1
        assert "**Story 0**" in said(asked)
        assert services.shelf.given[0][1:] == (str(newsroom.guild.id), False)
        page = await newsroom.bob.click(newsroom.replies()[0], custom_id="verbatim-digest:1:1")
        assert page.ephemeral
        assert "**Story 11**" in said(page)
        assert newsroom.replies()[0].content == said(asked)

    async def test_a_private_digest_is_kept_as_private(self, newsroom: Newsroom, services: FakeServices) -> None:
        asked = await newsroom.ann.slash(newsroom.channel, "digest", private=True)
        assert asked.ephemeral
        assert services.shelf.given[0][2]

    async def test_a_forgotten_digest_says_so(self, newsroom: Newsroom, services: FakeServices) -> None:
        await newsroom.ann.slash(newsroom.channel, "digest")
        services.shelf.given.clear()
        page = await newsroom.bob.click(newsroom.replies()[0], custom_id="verbatim-digest:1:1")
        assert said(page) == discord_text.DIGEST_TOO_OLD
