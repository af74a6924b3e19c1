"""The scheduled digest, as a whole process: posted after the hour at which the bot was down, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.keeping.guilds import GuildKeeper, GuildSettings
from bot.store import Store
from ingest.corpus.catalogue import Catalogue
from tests.newsroom import Newsroom
from tests.servers.discord import Message


def test_a_digest_that_was_due_while_the_bot_was_down_is_posted_late_and_once(
    tmp_path: Path,
) -> None:
    with Newsroom.open(tmp_path) as room:
        added = room.server.slash(room.guild, room.channel, room.admin, "source add", {"address": room.feed})
        room.process.wait_for(lambda: added.done, room.server)
        room.wait_until_read()
        assert room.process.stop() == 0, room.process.log
        schedule_for_two_hours_ago(room)
        start(room)
        (digest,) = posted(room)
        assert "\n-# Late: this was due " in digest.content
        assert "Polaris 2" in digest.content
        assert "Coverage: 1 of 1 source checked; 3 articles read." in digest.content
        assert [file.filename for file in digest.attachments] == ["week.png"]
        room.restart()
        told = room.server.slash(room.guild, room.channel, room.admin, "settings show")
        room.process.wait_for(lambda: told.done, room.server)
        assert "- Scheduled digest: every " in told.content
        assert posted(room) == [digest], "exactly once"
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def schedule_for_two_hours_ago(room: Newsroom) -> None:
    """As if an admin had set it days ago."""
    due = datetime.now(UTC) - timedelta(hours=2)
    settings = GuildSettings(
        digest_channel=room.channel.id,
        digest_rhythm="weekly",
        digest_weekday=due.weekday(),
        digest_hour=due.hour,
        digest_from=int((due - timedelta(days=9)).timestamp()),
    )
    with Catalogue.open(f"sqlite:///{room.data_dir / 'catalogue.db'}") as catalogue:
        GuildKeeper(Store(catalogue.database).guilds).change(room.guild.id, settings)


def start(room: Newsroom) -> None:
    room.process.start()
    room.process.wait_for(lambda: posted(room), room.server)


def posted(room: Newsroom) -> list[Message]:
    return [message for message in room.server.replies(room.channel) if message.content.startswith("## ")]
