"""The bot under load, as a process: an answer worker comes, is killed, and nobody goes without an answer."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ingest.processes.alive import is_alive, wait_for
from tests.newsroom import Newsroom
from tests.servers.discord import Message, User

PEOPLE = 60
QUESTIONS = ("What did Nordlicht Labs release?", "How much has Harbor AI raised?", "How do I bake bread?", "Thanks!")

if sys.platform != "linux":
    pytest.skip("the processes of the bot are read from /proc", allow_module_level=True)


def answer_workers(room: Newsroom) -> list[int]:
    """The ids of the bot's answer workers."""
    return [pid for pid in children(room.process.popen.pid) if b"bot.workers.answer_worker" in command(pid)]


def children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            yield from map(int, (task / "children").read_text().split())


def command(pid: int) -> bytes:
    """What a process runs; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def ask_all(room: Newsroom, people: list[User]) -> list[Message]:
    """Everybody asks at once."""
    return [
        room.server.say(room.channel, person, QUESTIONS[n % len(QUESTIONS)], mentions=[room.server.bot])
        for n, person in enumerate(people)
    ]


def test_everybody_is_answered_while_answer_workers_are_killed_and_none_outlives_the_bot(tmp_path: Path) -> None:
    limits = {"USER_QUESTIONS_PER_MINUTE": "1000", "GUILD_QUESTIONS_PER_MINUTE": "10000"}
    with Newsroom.open(tmp_path, ANSWER_PROCESSES="1", **limits) as room:
        room.add(room.feed)
        room.wait_until_read()
        people = [room.server.add_user(f"person {n}", room.guild) for n in range(PEOPLE)]
        asked: list[Message] = []
        killed: set[int] = set()

        def is_helped() -> bool:
            """Whether a worker is there that was not killed. Meanwhile there are always questions that wait."""
            if len(asked) - len(room.server.replies(room.channel)) < PEOPLE:
                asked.extend(ask_all(room, people))
            return bool(set(answer_workers(room)) - killed)

        for _ in range(2):
            room.process.wait_for(is_helped, room.server)
            for pid in set(answer_workers(room)) - killed:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
        room.process.wait_for(lambda: len(room.server.replies(room.channel)) >= len(asked), room.server)
        replied = [id(reply.reference) for reply in room.server.replies(room.channel)]
        assert sorted(replied) == sorted(map(id, asked))
        room.process.wait_for(is_helped, room.server)
        left = answer_workers(room)
        room.process.popen.kill()
        wait_for(lambda: not any(map(is_alive, left)))
