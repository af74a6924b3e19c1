"""Cards, as a whole process: a server chooses them, and all that can be done with an answer can be done with a card."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.render.markdown import fold, restored
from tests.bot.discord_markdown import block_quotes
from tests.newsroom import STORIES, Newsroom, Story, publish
from tests.servers.discord import Interaction, Message, User
from tests.servers.discord.components import walk_components

QUESTION = "What did Nordlicht Labs release?"
_SECTION, _GALLERY, _SELECT = 9, 12, 3
"""Types of components (Discord developer reference, "Component Types")."""
AGAIN = Story(
    "/polaris-again",
    "Polaris 2 is out with 34 billion parameters",
    ("Nordlicht Labs has released its open-weight language model Polaris 2. It has 34 billion parameters.",),
    timedelta(days=1),
)


def test_a_server_chooses_cards_and_everything_works_with_them_also_after_a_restart(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        room.add(room.feed)
        room.add(publish(room.web, "/other.xml", "Second News", (AGAIN,)))
        room.wait_until_read(len(STORIES) + 1)
        assert not room.ask(QUESTION).is_card, "until they are chosen"
        chosen = used(room, room.admin, "settings looks", looks="cards")
        assert "- Answers, digests and reports: as cards" in chosen.content
        answer = room.ask(QUESTION)
        assert_quotes(room, answer)
        assert parts(answer, _SECTION)
        assert all(section["accessory"]["label"] == "In context" for section in parts(answer, _SECTION))
        assert_in_context(room, answer)
        asked_on = room.server.say(room.channel, room.ann, "And how many parameters does it have?", reply_to=answer)
        assert "34 billion parameters" in restored(room.reply_to(asked_on).words)
        (by_command,) = used(room, room.ann, "ask", question=QUESTION).messages
        digest = used(room, room.ann, "digest").messages[0]
        room.restart()
        assert_in_context(room, answer)
        assert room.press(answer, "sources").content.startswith("- [1]")
        opened = room.press(by_command, "follow-up")
        sent = room.server.submit_modal(opened, {"question": "And how many parameters does it have?"})
        room.process.wait_for(lambda: sent.done, room.server)
        assert "34 billion parameters" in restored(sent.content)
        assert_digest(room, digest)
        health = used(room, room.admin, "source health")
        assert all(message.is_card and message.ephemeral for message in health.messages)
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []
        assert all(request.status < 400 for request in room.server.requests), "Discord refused nothing"


def used(room: Newsroom, user: User, command: str, **options: object) -> Interaction:
    interaction = room.server.slash(room.guild, room.channel, user, command, dict(options))
    room.process.wait_for(lambda: interaction.done, room.server)
    return interaction


def parts(message: Message, kind: int) -> list[dict[str, Any]]:
    return [component for component in walk_components(message.components) if component["type"] == kind]


def assert_quotes(room: Newsroom, card: Message) -> None:
    """Each quote of a card, at least one, stands in an article word by word, and links to it."""
    assert card.is_card
    assert card.content == ""
    quotes = [fold(restored(quote)) for quote in block_quotes([card.words])]
    assert quotes
    assert all(quote in fold(room.texts + AGAIN.paragraphs[0]) for quote in quotes)
    assert f"](<{room.web.url('/')}" in card.words


def assert_in_context(room: Newsroom, answer: Message) -> None:
    """The button at the first quote shows the sentences around it, to who pressed it."""
    shown = room.press(answer, "context")
    assert shown.ephemeral
    (card,) = shown.messages
    assert_quotes(room, card)
    assert len(block_quotes([card.words])[0]) >= len(block_quotes([answer.words])[0])


def assert_digest(room: Newsroom, digest: Message) -> None:
    """Its picture is in it, and its menu shows a story in full, as a card too."""
    assert digest.is_card
    assert digest.words.startswith("## AI news")
    assert parts(digest, _GALLERY)
    (menu,) = parts(digest, _SELECT)
    chosen = room.server.select(digest, str(menu["custom_id"]), room.ann, [menu["options"][0]["value"]])
    room.process.wait_for(lambda: chosen.done, room.server)
    assert [message.is_card for message in chosen.messages] == [True]
    assert chosen.content.startswith("### ")
