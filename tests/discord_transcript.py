"""Prints the transcript of docs/discord.md: the whole program, played on a loopback Discord by `python -m bot`.

    python -m tests.discord_transcript [docs/discord.md]

With a file, its text between the two marks is replaced instead. Every line of Verbatim's is what that process sent;
only the loopback web's address is shown as news.example.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.newsroom import Newsroom
from tests.servers.discord import CannotUse, Guild, Message, User
from tests.transcripts import put

QUESTION = "What did Nordlicht Labs release?"


def scenes(room: Newsroom) -> Iterator[str]:
    """What happens, as paragraphs of plain text."""
    yield from mention(room, QUESTION)
    yield from command(room, room.guild, room.ann, "source add", address=room.feed)
    yield from command(room, room.guild, room.admin, "source add", address=room.feed)
    room.wait_until_read()
    yield from mention(room, QUESTION)
    yield from press(room, room.server.replies(room.channel)[-1], "sources", "Sources")
    yield from mention(room, "And how many parameters does it have?", room.server.replies(room.channel)[-1])
    yield from command(room, room.guild, room.ann, "ask", question=QUESTION)
    yield from reply_to_command(room, room.server.replies(room.channel)[-1], "And how many parameters does it have?")
    yield from follow_up(room, room.server.replies(room.channel)[-1], "And how many parameters does it have?")
    yield from command(room, room.guild, room.ann, "ask", question="How do I bake sourdough bread?", private=True)
    yield from command(room, room.guild, room.ann, "digest", days=7)
    yield from command(room, room.guild, room.admin, "source list")
    yield from command(room, room.other, room.boss, "ask", question=QUESTION)
    yield f"(SIGTERM: exit code {room.process.stop()})"
    yield room.process.log.strip()


def mention(room: Newsroom, text: str, reply_to: Message | None = None) -> Iterator[str]:
    if reply_to is None:
        yield f"ann: @Verbatim {text}"
        asked = room.server.say(room.channel, room.ann, text, mentions=[room.server.bot])
    else:
        yield f"ann, replying to that: {text}"
        asked = room.server.say(room.channel, room.ann, text, reply_to=reply_to)
    reply = room.reply_to(asked)
    yield f"Verbatim:\n{reply.content}{buttons(reply)}"


def command(room: Newsroom, guild: Guild, user: User, name: str, **options: object) -> Iterator[str]:
    told = "".join(f" {option}:{value}" for option, value in options.items())
    yield f"{user.name} on {guild.name}: /{name}{told}"
    try:
        used = room.server.slash(guild, guild.channel, user, name, options)
    except CannotUse as hidden:
        yield f"(Discord: {hidden})"
        return
    room.process.wait_for(lambda: used.done, room.server)
    seen = f" (only {user.name} sees this)" if used.ephemeral else ""
    yield f"Verbatim{seen}:\n{used.content}{buttons(used.messages[-1])}"


def press(room: Newsroom, message: Message, deed: str, label: str) -> Iterator[str]:
    yield f"ann presses [{label}]"
    yield f"Verbatim (only ann sees this):\n{room.press(message, deed).content}"


def reply_to_command(room: Newsroom, answer: Message, text: str) -> Iterator[str]:
    """Discord does not show the bot a reply to the answer of a command."""
    yield f"ann, replying to that: {text}"
    room.server.say(room.channel, room.ann, text, reply_to=answer)
    yield "(The bot is neither mentioned nor shown the text.)"


def follow_up(room: Newsroom, answer: Message, text: str) -> Iterator[str]:
    yield f"ann presses [Ask a follow-up] and writes: {text}"
    sent = room.server.submit_modal(room.press(answer, "follow-up"), {"question": text})
    room.process.wait_for(lambda: sent.done, room.server)
    yield f"Verbatim:\n{sent.content}{buttons(sent.messages[-1])}"


def buttons(message: Message) -> str:
    """The buttons under a message, by their labels."""
    labels = [f"[{button['label']}]" for row in message.components for button in row["components"]]
    return f"\n{' '.join(labels)}" if labels else ""


def transcript() -> str:
    """The scenes as one code block of Markdown."""
    with tempfile.TemporaryDirectory() as folder, Newsroom.open(Path(folder)) as room:
        played = "\n\n".join(scenes(room))
        return f"```text\n{played.replace(room.web.url(''), 'https://news.example')}\n```\n"


def main() -> None:
    """Play, then print or write."""
    put(transcript())


if __name__ == "__main__":
    main()
