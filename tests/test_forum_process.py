"""Forums, as a whole process: a new post is a question, answered once in the post."""

from __future__ import annotations

from pathlib import Path

from tests.newsroom import Newsroom


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
