"""Questions from many servers at once: how many are answered, how fast, and whether memory stays as it is.

    python bench/load.py [--guilds 500] [--rate 50] [--minutes 10] [--shards 2]

The bot runs on a loopback Discord as people run it, without a language model, on the sample articles. With one shard it
is one process with SQLite and the embedded index; with more, a process for each shard on a PostgreSQL with its default
settings and `chroma run`, as the profile `fleet` of compose.yaml. People of all guilds mention it in turn, `--rate`
times a second whether or not it has answered (an open loop: a slow bot does not make people ask less). Each kind of
question is asked often and from everywhere, so nothing is special to one guild. A time is that from the message to the
reply, by their ids. Memory is the resident set of the bots and their children, at the end of each minute. The loopback
Discord, which checks every request against Discord's own document, runs beside it and takes its share of the processor,
which is told.

The last line is JSON: answers a second while people ask, milliseconds, questions without an answer, MiB, and shares of
one core.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import bench  # noqa: F401 - finds the packages of the repository
from bench.idle_memory import descendants, memory, samples
from tests.fleet import ChromaPart, Part, PostgresPart, bot_part, ended
from tests.servers.discord import DiscordServer, Guild, Message, User
from tests.servers.postgres import programs

QUESTIONS = (
    "What is DeepSeek Sparse Attention?",
    "How many parameters does DeepSeek-V3.2 have?",
    "Who sells Trainium3?",
    "What did Anthropic announce with Snowflake?",
    "Which papers won awards at NeurIPS 2025?",
    "How much do memory prices rise?",
    "How do I bake sourdough bread with rye flour?",
)
PATIENCE_S, START_S = 30.0, 120.0
DISCORD_EPOCH_BITS = 22
"""The time of a snowflake in milliseconds is what stands above so many bits (developer reference, "Snowflakes")."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Load:
    """The people of all guilds, what they asked, and what was seen of the bots each minute."""

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
        channels, asked = {message.channel.id: message.channel for message in self.asked}, set(map(id, self.asked))
        replies = (reply for channel in channels.values() for reply in self.server.replies(channel))
        return [reply for reply in replies if id(reply.reference) in asked]


@dataclass(frozen=True)
class Running:
    """The processes: bots, and the servers beside them."""

    bots: Sequence[Part]
    servers: Sequence[Part] = ()

    def rss_mib(self) -> float:
        return sum(memory(pid)["Rss"] for part in self.bots for pid in _pids(part))

    def cpu_s(self) -> tuple[float, float, float]:
        """Processor time so far of the bots with their children, of the servers, and of the loopback Discord."""
        return _all_cpu_s(self.bots), _all_cpu_s(self.servers), _cpu_s(os.getpid())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guilds", type=int, default=500, help="servers (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=50.0, help="questions a second (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default: %(default)s)")
    parser.add_argument("--shards", type=int, default=1, help="processes (default: %(default)s)")
    arguments = parser.parse_args()
    shards = arguments.shards
    with (
        tempfile.TemporaryDirectory(prefix="verbatim-bench-") as folder,
        DiscordServer(shards=shards) as server,
        (alone if shards == 1 else fleet)(Path(folder), server, shards) as running,
    ):
        people = [new_guild(server, n, (n % shards, shards)) for n in range(arguments.guilds)]
        for part in running.bots:
            part.start()
        server.wait_for(lambda: len(server.gateway.connected) == shards, START_S)
        first = Load(server, people)
        for _ in range(shards):
            first.ask()
        server.wait_for(lambda: len(first.answered()) == shards, START_S)
        measure(Load(server, people), running, arguments.rate, 60 * arguments.minutes)


@contextmanager
def alone(folder: Path, server: DiscordServer, shards: int) -> Iterator[Running]:
    """One process, with SQLite and the embedded index."""
    settings = settings_of(server) | {"DATA_DIR": str(folder / "data")}
    read_samples(folder, settings)
    bot = Part("bot", [sys.executable, "-m", "bot"], settings, folder)
    with ended(bot):
        yield Running([bot])


@contextmanager
def fleet(folder: Path, server: DiscordServer, shards: int) -> Iterator[Running]:
    """A process for each shard, on PostgreSQL and a Chroma server."""
    binaries = programs()
    if binaries is None:
        sys.exit("PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql)")
    with ExitStack() as stack:
        postgres, chroma = PostgresPart(binaries), ChromaPart(folder)
        stack.callback(postgres.remove)
        stack.enter_context(ended(chroma, postgres))
        postgres.start()
        chroma.start()
        settings = settings_of(server) | {"DATABASE_URL": postgres.prepare(), "CHROMA_URL": chroma.url}
        chroma.wait()
        read_samples(folder, settings | {"DATA_DIR": str(folder / "worker")})
        bots = [bot_part(f"bot-{n}", settings, str(n), shards, folder) for n in range(shards)]
        stack.enter_context(ended(*bots))
        yield Running(bots, [postgres, chroma])


def settings_of(server: DiscordServer) -> dict[str, str]:
    limits = {"USER_QUESTIONS_PER_MINUTE": "1000", "GUILD_QUESTIONS_PER_MINUTE": "1000"}
    return {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url, **limits}


def read_samples(folder: Path, settings: Mapping[str, str]) -> None:
    """Read and index the sample articles."""
    for command in (["add", str(samples(folder))], ["run", "--once"]):
        ingest = [sys.executable, "-m", "ingest", *command]
        subprocess.run(ingest, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, check=True)


def new_guild(server: DiscordServer, n: int, shard: tuple[int, int]) -> tuple[Guild, User]:
    guild = server.add_guild(f"Guild {n}", shard=shard)
    return guild, server.add_user(f"person {n}", guild)


def measure(load: Load, running: Running, rate: float, seconds: float) -> None:
    before, began = running.cpu_s(), time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        while len(load.asked) < rate * now:
            load.ask()
        if now > 60 * (len(load.rss_mib) + 1):
            load.rss_mib.append(running.rss_mib())
        time.sleep(0.5 / rate)
    in_time = len(load.answered())
    load.rss_mib.append(running.rss_mib())
    used = [(after - at_first) / seconds for after, at_first in zip(running.cpu_s(), before, strict=True)]
    deadline = time.monotonic() + PATIENCE_S
    while len(load.answered()) < len(load.asked) and time.monotonic() < deadline:
        time.sleep(0.5)
    report(load, in_time / seconds, used)


def _pids(part: Part) -> Iterator[int]:
    assert part.popen is not None
    return descendants(part.popen.pid)


def _all_cpu_s(parts: Sequence[Part]) -> float:
    return sum(_cpu_s(pid) for part in parts for pid in _pids(part))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def report(load: Load, answers_a_second: float, cores: Sequence[float]) -> None:
    replies = load.answered()
    took = [(reply.id >> DISCORD_EPOCH_BITS) - (asked_of(reply).id >> DISCORD_EPOCH_BITS) for reply in replies]
    figures = {
        "answers_a_second": answers_a_second,
        **{f"p{q}_ms": float(np.percentile(took, q)) for q in (50, 95, 99)},
        "unanswered": len(load.asked) - len(replies),
        "first_minute_mib": load.rss_mib[0],
        "last_minute_mib": load.rss_mib[-1],
        "bot_cores": cores[0],
        "server_cores": cores[1],
        "discord_cores": cores[2],
    }
    for name, value in figures.items():
        print(f"{name:<20} {value:>10.2f}")
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))


def asked_of(reply: Message) -> Message:
    assert reply.reference is not None
    return reply.reference


if __name__ == "__main__":
    main()
