"""The first minutes on a server, as a whole process: a pack, how its first read goes, questions that have answers."""

from __future__ import annotations

import time
from pathlib import Path

from tests.newsroom import STORIES, Newsroom
from tests.servers.discord import CannotUse, Guild, Interaction, Message
from tests.servers.discord.components import walk_components
from tests.servers.discord.nouns import Attachment
from tests.servers.discord.permissions import MANAGE_GUILD

GATHERING_S = 4.0
"""Until discord.py takes a guild for a new one, and not for one that it was told of late at its start."""


def test_a_pack_is_shown_added_read_and_asked_about(tmp_path: Path) -> None:
    packs = tmp_path / "packs.toml"
    with Newsroom.open(tmp_path / "data", PACKS_FILE=str(packs)) as room:
        feed = f'{{ title = "Loopback News", url = "{room.feed}" }}'
        packs.write_text(f'[[pack]]\nname = "Loops"\nabout = "News of the loopback"\nfeeds = [{feed}]\n')
        time.sleep(GATHERING_S)
        guild = room.server.add_guild("New here")
        admin = room.server.add_user("admin of it", guild, MANAGE_GUILD)
        guest = room.server.add_user("guest", guild)
        greeting = greeted(room, guild)
        menu = next(c["custom_id"] for c in walk_components(greeting.components) if "options" in c)
        refused = room.server.select(greeting, menu, guest, ["Loops"])
        room.process.wait_for(lambda: refused.done, room.server)
        assert "Manage Server" in refused.content
        chosen = room.server.select(greeting, menu, admin, ["Loops"])
        room.process.wait_for(lambda: chosen.done, room.server)
        assert chosen.ephemeral
        assert f"- Loopback News: `{room.feed}`" in chosen.content
        pressed(room, chosen, "verbatim-pack:add:Loops", admin)
        room.process.wait_for(lambda: chosen.messages[-1].content.startswith("Done: "), room.server)
        done = chosen.messages[-1]
        assert done.content.startswith(f"Done: 1 of 1 feed read, {len(STORIES)} articles.")
        edits = [r for r in room.server.requests if r.method == "PATCH" and "/webhooks/" in r.path]
        assert any("I am reading: " in (r.json or {}).get("content", "") for r in edits)
        questions = [c["label"] for c in walk_components(done.components) if "label" in c]
        assert 1 <= len(questions) <= 3
        for n in range(len(questions)):
            asked = pressed(room, chosen, f"verbatim-try:{n}", admin)
            wait(room, asked)
            assert "read it there" in asked.content
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def test_a_file_is_read_and_quoted_and_goes_when_it_is_removed(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        text = b"# The Halcyon report\n\nHalcyon has 480 employees in Oslo. Its chief executive is Ida Berg.\n"
        given = source(room, "upload", file=Attachment("Report of 2026.md", text))
        assert "/Report-of-2026.md`" in given.content
        room.wait_until_read(1)
        answer = room.ask("How many employees does Halcyon have?").content
        assert "480" in answer
        assert "Uploaded file" in answer
        assert str(tmp_path) not in answer
        address = given.content.split("`")[1]
        asked = source(room, "remove", address=address)
        room.press(asked.messages[-1], "remove", room.admin)
        room.process.wait_for(lambda: asked.content.startswith("Removed: "), room.server)
        assert [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == []
        assert source(room, "list").content.startswith("No sources yet.")
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []


def source(room: Newsroom, verb: str, **options: object) -> Interaction:
    used = room.server.slash(room.guild, room.channel, room.admin, f"source {verb}", options)
    wait(room, used)
    return used


def wait(room: Newsroom, used: Interaction) -> None:
    room.process.wait_for(lambda: used.done, room.server)


def greeted(room: Newsroom, guild: Guild) -> Message:
    room.process.wait_for(lambda: room.server.replies(guild.channel), room.server)
    return room.server.replies(guild.channel)[0]


def pressed(room: Newsroom, shown: Interaction, custom_id: str, user: object) -> Interaction:
    try:
        return room.server.press(shown.messages[-1], custom_id, user)  # type: ignore[arg-type]
    except CannotUse as error:
        raise AssertionError(shown.content) from error
