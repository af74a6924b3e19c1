"""Questions from many servers at once: how many are answered, how fast, and whether memory stays as it is.

    python bench/load.py [--guilds 500] [--rate 50] [--minutes 10]

The bot runs on a loopback Discord as people run it, without a language model, on the sample articles. People of all
guilds mention it in turn, `--rate` times a second whether or not it has answered (an open loop: a slow bot does not
make people ask less). Each kind of question is asked often and from everywhere, so nothing is special to one guild. A
time is that from the message to the reply, by their ids. Memory is the resident set of the bot and its children, at the
end of each minute. The loopback Discord, which checks every request against Discord's own document, runs beside it and
takes its share of the processor, which is told.

The last line is JSON: answers a second, milliseconds, questions without an answer, MiB, and shares of one core.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import bench  # noqa: F401 - finds the packages of the repository
from bench.idle_memory import add_samples, family, memory, work
from tests.newsroom import BotProcess, bot_process
from tests.servers.discord import DiscordServer, Guild, Message, User

QUESTIONS = (
    "What is DeepSeek Sparse Attention?",
    "How many parameters does DeepSeek-V3.2 have?",
    "Who sells Trainium3?",
    "What did Anthropic announce with Snowflake?",
    "Which papers won awards at NeurIPS 2025?",
    "How much do memory prices rise?",
    "How do I bake sourdough bread with rye flour?",
)
PATIENCE_S = 30.0
DISCORD_EPOCH_BITS = 22
"""The time of a snowflake in milliseconds is what stands above so many bits (developer reference, "Snowflakes")."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Load:
    """The people of all guilds, what they asked, and what was seen of the bot each minute."""

    server: DiscordServer
    people: list[tuple[Guild, User]]
    asked: list[Message] = field(default_factory=list)
    rss_mib: list[float] = field(default_factory=list)

    def ask(self) -> None:
        """The next person asks the next question."""
        n = len(self.asked)
        guild, user = self.people[n % len(self.people)]
        question = QUESTIONS[n % len(QUESTIONS)]
        self.asked.append(self.server.say(guild.channel, user, question, mentions=[self.server.bot]))

    def answered(self) -> list[Message]:
        """The replies so far."""
        channels = {message.channel.id: message.channel for message in self.asked}
        return [reply for channel in channels.values() for reply in self.server.replies(channel) if reply.reference]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guilds", type=int, default=500, help="servers (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=50.0, help="questions a second (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as folder, DiscordServer() as server:
        add_samples(Path(folder))
        people = [new_guild(server, n) for n in range(arguments.guilds)]
        limits = {"USER_QUESTIONS_PER_MINUTE": "1000", "GUILD_QUESTIONS_PER_MINUTE": "1000"}
        settings = {"DATA_DIR": folder, "DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url} | limits
        with bot_process(settings) as process:
            work(process, server, Path(folder))
            load = Load(server, people)
            measure(load, process, arguments.rate, 60 * arguments.minutes)


def new_guild(server: DiscordServer, n: int) -> tuple[Guild, User]:
    guild = server.add_guild(f"Guild {n}")
    return guild, server.add_user(f"person {n}", guild)


def measure(load: Load, process: BotProcess, rate: float, seconds: float) -> None:
    threading.Thread(target=drain, args=(process,), daemon=True).start()
    before, began = cpu_s(process.popen.pid), time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        while len(load.asked) < rate * now:
            load.ask()
        if now > 60 * (len(load.rss_mib) + 1):
            load.rss_mib.append(rss_mib(process))
        time.sleep(0.5 / rate)
    load.rss_mib.append(rss_mib(process))
    used = [after - at_first for after, at_first in zip(cpu_s(process.popen.pid), before, strict=True)]
    deadline = time.monotonic() + PATIENCE_S
    while len(load.answered()) < len(load.asked) and time.monotonic() < deadline:
        time.sleep(0.5)
    report(load, seconds, [share / seconds for share in used])


def drain(process: BotProcess) -> None:
    """Read what the bot logs, so that its pipe never fills."""
    assert process.popen.stderr is not None
    for line in process.popen.stderr:
        print(line, end="", flush=True)


def rss_mib(process: BotProcess) -> float:
    return sum(memory(pid)["Rss"] for pid, _ in family(process.popen.pid))


def cpu_s(pid: int) -> tuple[float, float]:
    """Processor time so far of the bot with its children, and of this process with the loopback Discord."""

    def of(pid: int) -> float:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    return sum(of(pid) for pid, _ in family(pid)), of(os.getpid())


def report(load: Load, seconds: float, cores: Sequence[float]) -> None:
    replies = load.answered()
    took = [(reply.id >> DISCORD_EPOCH_BITS) - (asked_of(reply).id >> DISCORD_EPOCH_BITS) for reply in replies]
    figures = {
        "answers_a_second": len(replies) / seconds,
        **{f"p{q}_ms": float(np.percentile(took, q)) for q in (50, 95, 99)},
        "unanswered": len(load.asked) - len(replies),
        "first_minute_mib": load.rss_mib[0],
        "last_minute_mib": load.rss_mib[-1],
        "bot_cores": cores[0],
        "discord_cores": cores[1],
    }
    for name, value in figures.items():
        print(f"{name:<20} {value:>10.2f}")
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))


def asked_of(reply: Message) -> Message:
    assert reply.reference is not None
    return reply.reference


if __name__ == "__main__":
    main()
