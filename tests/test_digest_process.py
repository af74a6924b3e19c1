"""The scheduled digest, as a whole process: late where the bot was down at the hour, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from bot.discord.messages import digest_text
from bot.services.guilds import GuildService, GuildSettings
from bot.services.schema import digests
from tests.newsroom import STORIES, Newsroom, Story, publish
from tests.servers.discord import Message
from tests.servers.discord.components import walk_components
from tests.servers.discord.permissions import READ_MESSAGE_HISTORY

AGAIN = Story(
    "/polaris-again",
    "Polaris 2 is out with 34 billion parameters",
    (
        "Nordlicht Labs has released its open-weight language model Polaris 2. It has 34 billion parameters, of which "
        "6 billion are active, and an Apache 2.0 license.",
        "Polaris 2 was trained in Oslo for three months, the head of the lab told Second News.",
    ),
    timedelta(days=1),
)
"""What the feed's first article tells, in another paper's words."""
_SELECT = 3
"""The type of a string select (Discord developer reference, "Component Types")."""


def test_a_digest_that_was_due_while_the_bot_was_down_is_posted_late_and_once(
    tmp_path: Path,
) -> None:
    with Newsroom.open(tmp_path) as room:
        room.add(room.feed)
        room.add(publish(room.web, "/other.xml", "Second News", (AGAIN,)))
        room.wait_until_read(len(STORIES) + 1)
        assert room.process.stop() == 0, room.process.log
        schedule_for_two_hours_ago(room)
        start(room)
        (digest,) = posted(room)
        assert "\n-# Late: this was due " in digest.content
        assert "Polaris 2" in digest.content
        assert "Coverage: 2 of 2 sources checked; 4 articles read." in digest.content
        assert [file.filename for file in digest.attachments] == ["week.png"]
        room.restart()
        told_in_full(room, digest)
        told = room.server.slash(room.guild, room.channel, room.admin, "settings show")
        room.process.wait_for(lambda: told.done, room.server)
        assert "- Scheduled digest: every " in told.content
        assert posted(room) == [digest], "exactly once"
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def test_a_bot_that_was_killed_while_it_posted_and_cannot_look_says_so_instead_of_posting_twice(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        room.server.mute_bot(room.channel, READ_MESSAGE_HISTORY)
        assert room.process.stop() == 0, room.process.log
        schedule_for_two_hours_ago(room)
        room.server.keep_silent(rf"POST /channels/{room.channel.id}/messages")
        start(room)
        room.process.popen.kill()
        room.process.end()
        an_hour_passes(room)
        room.process.start()
        room.process.wait_for(lambda: room.server.replies(room.channel)[-1] is not posted(room)[-1], room.server)
        assert len(posted(room)) == 1
        notice = room.server.replies(room.channel)[-1]
        assert digest_text.UNSEEN in notice.content
        (row,) = notice.components
        shown = room.server.press(notice, row["components"][0]["custom_id"], room.ann)
        room.process.wait_for(lambda: shown.done, room.server)
        assert shown.ephemeral
        assert shown.content.startswith(posted(room)[0].content.partition("\n")[0])
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log


def told_in_full(room: Newsroom, digest: Message) -> None:
    """The menu under a digest, chosen after a restart, shows a story with all its quotes to who chose it."""
    (menu,) = [component for component in walk_components(digest.components) if component["type"] == _SELECT]
    chosen = room.server.select(digest, menu["custom_id"], room.ann, [menu["options"][0]["value"]])
    room.process.wait_for(lambda: chosen.done, room.server)
    assert chosen.ephemeral
    assert chosen.content.startswith(f"### {menu['options'][0]['label']}")
    assert chosen.content.count("\n> ") > 1


def an_hour_passes(room: Newsroom) -> None:
    """For the digest that was begun: nobody holds it any more, and Discord has forgotten its nonce."""
    hour = timedelta(hours=1)
    with room.catalogue() as catalogue, catalogue.database.write() as db:
        (sending_since, leased_until) = db.execute(select(digests.c.sending_since, digests.c.leased_until)).one()
        db.execute(update(digests).values(sending_since=sending_since - hour, leased_until=leased_until - hour))


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
    with room.catalogue() as catalogue:
        GuildService(catalogue.database).change(room.guild.id, settings)


def start(room: Newsroom) -> None:
    room.process.start()
    room.process.wait_for(lambda: posted(room), room.server)


def posted(room: Newsroom) -> list[Message]:
    return [message for message in room.server.replies(room.channel) if message.content.startswith("## ")]
