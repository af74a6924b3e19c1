"""A person who installed the bot for themselves, as a whole process: in servers and conversations without the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.newsroom import Newsroom
from tests.servers.discord import CannotUse, Channel, Interaction

QUESTION = "What did Nordlicht Labs release?"


def test_a_person_uses_it_anywhere_in_private_over_the_shared_sources_and_their_own(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path, USER_QUESTIONS_PER_MINUTE="4") as room:
        room.add(room.feed)
        room.wait_until_read()
        away, group, home = room.server.elsewhere(room.ann), room.server.group(room.ann), room.server.dm(room.ann)
        asked = use(room, away, "ask", question=QUESTION)
        assert asked.ephemeral, "its people did not ask for it"
        assert "Polaris 2" not in asked.content, "a server's own sources are for that server"
        added = use(room, home, "source add", address=room.feed)
        assert added.content.startswith("Added.")
        for channel in (away, group):
            asked = use(room, channel, "ask", question=QUESTION)
            assert asked.ephemeral
            assert "Polaris 2" in asked.content
        assert "Your sources:" in use(room, home, "source list").content
        boss = room.server.dm(room.boss)
        asked = room.server.slash(None, boss, room.boss, "ask", {"question": QUESTION})
        room.process.wait_for(lambda: asked.done, room.server)
        assert "Polaris 2" not in asked.content, "another person's own"
        said = room.server.say(away, room.ann, "Polaris 2 has 99 billion parameters.")
        checked = room.server.use_on(said, room.ann, "Check this")
        room.process.wait_for(lambda: checked.done, room.server)
        assert checked.ephemeral
        assert "Contradicted" in checked.content
        assert "You have asked a lot" in use(room, group, "ask", question=QUESTION).content, "limits go by the person"
        told = use(room, group, "privacy")
        assert "For you alone I read" in told.content
        room.press(told.messages[-1], "delete")
        room.process.wait_for(lambda: told.content.startswith("Deleted: "), room.server)
        assert "No sources yet" in use(room, home, "source list").content
        for name in ("settings show", "status"):
            with pytest.raises(CannotUse):
                use(room, away, name)
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def use(room: Newsroom, channel: Channel, name: str, **options: object) -> Interaction:
    """Ann uses a command there; the finished interaction."""
    used = room.server.slash(channel.guild, channel, room.ann, name, options)
    room.process.wait_for(lambda: used.done, room.server)
    return used
