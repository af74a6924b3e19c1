"""The bot under load, as a process: an answer worker comes, is killed, and nobody goes without an answer."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from bench.idle_memory import descendants, program
from tests.ingest.processes.alive import is_alive, wait_for
from tests.newsroom import Newsroom
from tests.servers.discord import Message

PEOPLE, ROUNDS = 40, 4
QUESTIONS = ("What did Nordlicht Labs release?", "How much has Harbor AI raised?", "How do I bake bread?", "Thanks!")

if sys.platform != "linux":
    pytest.skip("the processes of the bot are read from /proc", allow_module_level=True)


def answer_workers(room: Newsroom) -> list[int]:
    """The ids of the bot's answer workers."""
    return [pid for pid in descendants(room.process.popen.pid) if "bot.workers.answer_worker" in program(pid)]


def ask_all(room: Newsroom, people: list[int]) -> list[Message]:
    """Everybody asks at once."""
    users = [room.server.users[id_] for id_ in people]
    return [
        room.server.say(room.channel, user, QUESTIONS[n % len(QUESTIONS)], mentions=[room.server.bot])
        for n, user in enumerate(users)
    ]


def test_everybody_is_answered_while_answer_workers_are_killed_and_none_outlives_the_bot(tmp_path: Path) -> None:
    limits = {"USER_QUESTIONS_PER_MINUTE": "1000", "GUILD_QUESTIONS_PER_MINUTE": "10000"}
    with Newsroom.open(tmp_path, ANSWER_PROCESSES="1", **limits) as room:
        room.add(room.feed)
        room.wait_until_read()
        people = [room.server.add_user(f"person {n}", room.guild).id for n in range(PEOPLE)]
        asked: list[Message] = []
        killed: set[int] = set()

        def is_helped() -> bool:
            """Whether somebody waits for an answer, or a worker that was not killed is there."""
            if len(room.server.replies(room.channel)) >= len(asked):
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
