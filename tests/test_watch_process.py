"""Watches, as a whole process: shown before they are saved, told once with their buttons, also over a kill."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from bot.services.schema import watch_posts
from ingest.catalogue.schema import articles
from tests.newsroom import STORIES, Newsroom, Story, publish
from tests.servers.discord import Interaction, Message

KITE = Story(
    "/kite-sues",
    "Kite Robotics sues Orchard Machines over a patent",
    (
        "Kite Robotics has sued Orchard Machines at the court of Sylvania. It says that the apple picker uses a "
        "patented gripper.",
        "Orchard Machines denies that. The judge hears both sides in March.",
    ),
    timedelta(minutes=5),
)
AGAIN = Story(
    "/kite-again",
    "Orchard Machines is sued by Kite Robotics over its gripper",
    (
        "Orchard Machines has been sued by Kite Robotics, which says that a patented gripper is in the apple picker. "
        "The court of Sylvania hears the case in March.",
    ),
    timedelta(minutes=3),
)


def test_a_watch_tells_a_story_once_where_it_was_asked_to_and_over_a_kill(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        room.add(room.feed)
        room.wait_until_read()
        proposed = watch(room, words="Kite Robotics")
        assert "it would have told 1 story" in proposed.content
        assert "The week in robotics" in proposed.content or "Kite Robotics raised" in proposed.content
        pressed(room, proposed, "save")
        room.process.wait_for(lambda: proposed.content.startswith("Saved: “Kite Robotics” (words)"), room.server)
        told = news(room, KITE, len(STORIES) + 1)
        assert told.content.count("Kite Robotics") >= 2
        assert "-# Watch: “Kite Robotics”" in told.content
        assert "/kite-sues" in told.content
        why = room.press(told, "why", room.ann)
        assert why.ephemeral
        assert "the sentence has “Kite Robotics”" in why.content
        assert "Only who made this watch" in room.press(told, "stop", room.ann).content
        kill_while_sending(room)
        publish_more(room, KITE, AGAIN)
        room.process.start()
        room.process.wait_for(lambda: room.server.connected, room.server)
        refresh(room)
        room.wait_until_read(len(STORIES) + 2)
        room.restart()
        assert len(posted(room)) == 1, "the second article tells the same story"
        assert room.press(posted(room)[0], "stop", room.admin).content.startswith("Stopped.")
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def test_each_new_article_of_a_source_is_posted_where_it_was_asked_for_as_a_card_if_wanted(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        chosen = room.server.slash(room.guild, room.channel, room.admin, "settings looks", {"looks": "cards"})
        room.process.wait_for(lambda: chosen.done, room.server)
        options = {"address": room.feed, "post-in": room.channel}
        added = room.server.slash(room.guild, room.channel, room.admin, "source add", options)
        room.process.wait_for(lambda: added.done, room.server)
        room.wait_until_read()
        told = news(room, KITE, len(STORIES) + 1)
        assert told.is_card
        assert "Kite Robotics has sued Orchard Machines" in told.words
        assert "/kite-sues" in told.words
        assert len(posted(room)) == 1, "not those that were there when it was added"
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def watch(room: Newsroom, **options: str) -> Interaction:
    asked = room.server.slash(room.guild, room.channel, room.admin, "watch add", options)
    room.process.wait_for(lambda: asked.done, room.server)
    return asked


def pressed(room: Newsroom, asked: Interaction, deed: str) -> Interaction:
    """The button of a private message."""
    message = asked.messages[-1]
    return room.press(message, deed, room.admin)


def news(room: Newsroom, story: Story, articles_then: int) -> Message:
    """The feed has been read for long; now it has one story more, and the watch tells it."""
    publish_more(room, story)
    refresh(room)
    room.wait_until_read(articles_then)
    room.process.wait_for(lambda: posted(room), room.server)
    return posted(room)[0]


def publish_more(room: Newsroom, *stories: Story) -> None:
    publish(room.web, "/feed.xml", "Loopback News", (*stories, *STORIES))
    with room.catalogue() as catalogue, catalogue.database.write() as db:
        db.execute(update(articles).values(first_fetched_at=datetime.now(UTC) - timedelta(hours=2)))


def refresh(room: Newsroom) -> None:
    asked = room.server.slash(room.guild, room.channel, room.admin, "source refresh", {"address": room.feed})
    room.process.wait_for(lambda: asked.done, room.server)


def kill_while_sending(room: Newsroom) -> None:
    """As if the process had been killed after Discord took the message and before it was written down."""
    room.process.popen.kill()
    room.process.end()
    begun = datetime.now(UTC) - timedelta(minutes=10)
    with room.catalogue() as catalogue, catalogue.database.write() as db:
        db.execute(update(watch_posts).values(state="begun", leased_until=begun, sending_since=begun))


def posted(room: Newsroom) -> list[Message]:
    return [message for message in room.server.replies(room.channel) if "-# Watch: " in message.words]
