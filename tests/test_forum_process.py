"""Forums, as a whole process: a new post is a question, answered once in the post."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.services.guilds import GuildService, GuildSettings
from tests.newsroom import STORIES, Newsroom
from tests.servers.discord import Channel, Interaction
from tests.servers.discord.permissions import CREATE_PUBLIC_THREADS
from tests.test_digest_process import an_hour_passes
from tests.test_watch_process import KITE, kill_while_sending, publish_more, refresh


def test_a_new_post_of_a_forum_is_answered_once_in_the_post(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path, DISCORD_MESSAGE_CONTENT="true") as room:
        forum = room.server.add_forum(room.guild, "questions")
        room.add(room.feed)
        room.wait_until_read()
        options = {"channel": forum, "every_message": True}
        told = room.server.slash(room.guild, room.channel, room.admin, "settings channel", options)
        room.process.wait_for(lambda: told.done, room.server)
        assert f"<#{forum.id}>" in told.content
        post = room.server.open_post(forum, "Polaris 2", room.ann, "How many parameters does it have?")
        answer = room.reply_to(post)
        assert "34 billion" in answer.content
        room.server.say(post.channel, room.ann, "Thanks, how large is the context?")
        asked = room.server.say(post.channel, room.ann, "And how many tokens does it read?", [room.server.bot])
        assert "256,000" in room.reply_to(asked).content
        assert len(room.server.replies(post.channel)) == 2, "what follows in a post is a talk among people"
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def test_each_new_article_is_a_post_with_its_sources_tag_told_once_over_a_kill_and_asked_about_there(
    tmp_path: Path,
) -> None:
    with Newsroom.open(tmp_path) as room:
        strict = room.server.add_forum(room.guild, "strict", ["Papers"], require_tag=True)
        refused = add(room, strict)
        assert "requires a tag" in refused.content
        assert "It has “Papers”. The source is “Loopback News”." in refused.content
        forum = room.server.add_forum(room.guild, "news", ["Papers", "Loopback News"], require_tag=True)
        added = add(room, forum)
        room.process.wait_for(lambda: f"as a post of <#{forum.id}>" in added.content, room.server)
        room.wait_until_read()
        publish_more(room, KITE)
        refresh(room)
        room.wait_until_read(len(STORIES) + 1)
        room.process.wait_for(lambda: posts(room, forum), room.server)
        room.process.wait_for(lambda: room.server.replies(posts(room, forum)[0]), room.server)
        (post,) = posts(room, forum)
        assert post.name == KITE.title
        assert [tag["name"] for tag in forum.tags if int(tag["id"]) in post.applied_tags] == ["Loopback News"]
        assert "Kite Robotics has sued Orchard Machines" in room.server.replies(post)[0].content
        kill_while_sending(room)
        room.process.start()
        room.process.wait_for(lambda: room.server.requests_to("GET", "/threads/active"), room.server)
        asked = room.server.say(post, room.ann, "Which court is it at?", [room.server.bot])
        assert "court of Sylvania" in room.reply_to(asked).content
        asked = room.server.say(post, room.ann, "How many parameters does Polaris 2 have?", [room.server.bot])
        assert "34 billion" in room.reply_to(asked).content, "the rest of the sources stands behind it"
        assert posts(room, forum) == [post], "the one that arrived before the kill was found"
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def test_a_digest_is_a_post_of_a_forum_once_over_a_kill_as_a_card_where_cards_are_wanted(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        forum = room.server.add_forum(room.guild, "digests", ["Digest"], require_tag=True)
        room.add(room.feed)
        room.wait_until_read()
        assert room.process.stop() == 0, room.process.log
        due = datetime.now(UTC) - timedelta(hours=2)
        settings = GuildSettings(
            cards=True,
            digest_channel=forum.id,
            digest_rhythm="weekly",
            digest_weekday=due.weekday(),
            digest_hour=due.hour,
            digest_from=int((due - timedelta(days=9)).timestamp()),
        )
        with room.catalogue() as catalogue:
            GuildService(catalogue.database).change(room.guild.id, settings)
        room.server.keep_silent(rf"POST /channels/{forum.id}/threads")
        room.process.start()
        room.process.wait_for(lambda: posts(room, forum), room.server)
        room.process.popen.kill()
        room.process.end()
        an_hour_passes(room)
        room.process.start()
        room.process.wait_for(lambda: room.server.requests_to("GET", "/threads/active"), room.server)
        room.restart()
        (post,) = posts(room, forum)
        assert post.name.startswith("AI news, ")
        assert post.applied_tags == [int(forum.tags[0]["id"])]
        (digest,) = room.server.replies(post)
        assert digest.is_card
        assert digest.words.startswith(f"## {post.name}\n")
        assert "Polaris 2" in digest.words
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def test_an_answer_goes_into_a_thread_of_its_question_and_the_talk_goes_on_there(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        room.add(room.feed)
        room.wait_until_read()
        options = {"channel": room.channel, "in_threads": True}
        told = room.server.slash(room.guild, room.channel, room.admin, "settings threads", options)
        room.process.wait_for(lambda: told.done, room.server)
        assert f"Channels where I answer in threads: <#{room.channel.id}>" in told.content
        text = "What did Nordlicht Labs release?"
        asked = room.server.say(room.channel, room.ann, text, [room.server.bot])
        room.process.wait_for(lambda: asked.thread and room.server.replies(asked.thread)[1:], room.server)
        thread = asked.thread
        assert thread is not None
        assert thread.name == text
        starter, answer = room.server.replies(thread)
        assert starter.reference is asked
        assert "Polaris 2" in answer.content
        more = room.server.say(thread, room.ann, "And how many tokens does it read?", [room.server.bot])
        assert "256,000" in room.reply_to(more).content
        assert room.server.replies(room.channel) == [], "nothing in the channel itself"
        talked = room.server.say(room.channel, room.ann, text)
        theirs = room.server.open_thread(room.channel, "Polaris", room.ann, talked)
        room.server.edit(talked, text, [room.server.bot])
        room.process.wait_for(lambda: room.server.replies(theirs), room.server)
        room.server.mute_bot(room.channel, CREATE_PUBLIC_THREADS)
        assert "Polaris 2" in room.ask(text).content, "in the channel, where no thread may be made"
        shown = room.server.slash(room.guild, room.channel, room.admin, "settings show")
        room.process.wait_for(lambda: shown.done, room.server)
        assert "I lack Create Public Threads there" in shown.content
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def add(room: Newsroom, forum: Channel) -> Interaction:
    options = {"address": room.feed, "post-in": forum}
    added = room.server.slash(room.guild, room.channel, room.admin, "source add", options)
    room.process.wait_for(lambda: added.done, room.server)
    return added


def posts(room: Newsroom, forum: Channel) -> list[Channel]:
    return [channel for channel in list(room.guild.channels.values()) if channel.parent is forum]
