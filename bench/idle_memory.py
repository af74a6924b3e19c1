"""How much memory the bot takes while nothing happens: itself and its child processes.

    python bench/idle_memory.py [--seconds 90]

The bot runs on a loopback Discord as people run it, with the sample articles: it reads and embeds them, and answers a
question, so that what is loaded late is loaded. Then nothing happens for some seconds. Of each process: its
proportional set size (PSS: a page that n processes share counts as 1/n of a page in each), its resident set, and what
it has for itself alone (proc(5), "smaps_rollup"; so Linux only). The last line is JSON: MiB.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path

import bench  # noqa: F401 - finds the packages of the repository
from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION_ID
from tests.newsroom import BotProcess, bot_process
from tests.servers.discord import DiscordServer

QUESTION = "What is DeepSeek Sparse Attention?"
KINDS = ("Pss", "Rss", "Private_Clean", "Private_Dirty")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=90.0, help="of rest before measuring (default: %(default)s)")
    rest_s = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as folder, DiscordServer() as server:
        add_samples(Path(folder))
        settings = {"DATA_DIR": folder, "DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url}
        with bot_process(settings) as process:
            work(process, server, Path(folder))
            time.sleep(rest_s)
            report({name: memory(pid) for pid, name in family(process.popen.pid)})


def samples(folder: Path) -> Path:
    """A copy of the sample articles, to be the operator's own: as samples they are only seen in the terminal."""
    with as_file(files("ingest") / "data" / "samples") as packaged:
        return Path(shutil.copytree(packaged, folder / "articles"))


def add_samples(folder: Path) -> None:
    """Make a copy of the sample articles a source of the data folder."""
    command = [sys.executable, "-m", "ingest", "--data-dir", str(folder), "add", str(samples(folder))]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def work(process: BotProcess, server: DiscordServer, folder: Path) -> None:
    """Wait until the bot has read and indexed, and has answered a question with a quote."""
    guild = server.add_guild("Bench")
    ann = server.add_user("ann", guild)
    process.wait_for(lambda: server.connected, server)
    with Catalogue.open(f"sqlite:///{folder / 'catalogue.db'}") as catalogue:

        def indexed() -> bool:
            return catalogue.articles.count() > 0 and not catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID))

        process.wait_for(indexed, server)
    server.say(guild.channel, ann, QUESTION, mentions=[server.bot])
    process.wait_for(lambda: server.replies(guild.channel), server)
    assert "> " in server.replies(guild.channel)[0].content


def family(pid: int) -> Iterator[tuple[int, str]]:
    """A process and all its descendants that run: process id and what it runs."""
    return ((each, name) for each in descendants(pid) if (name := program(each)))


def descendants(pid: int) -> Iterator[int]:
    """The ids of a process and of all that it started, and they."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            for child in (task / "children").read_text().split():
                yield from descendants(int(child))


def program(pid: int) -> str:
    """What runs, "" if it has ended."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return f"{words[words.index('-m') + 1]} ({pid})" if "-m" in words else ""


def memory(pid: int) -> dict[str, float]:
    """MiB of each kind."""
    lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    kib = {words[0].rstrip(":"): int(words[1]) for words in lines}
    return {kind: kib[kind] / 1024 for kind in KINDS}


def report(processes: dict[str, dict[str, float]]) -> None:
    print(f"{'MiB':<40} {'PSS':>7} {'RSS':>7} {'own':>7}")
    for name, kinds in processes.items():
        own = kinds["Private_Clean"] + kinds["Private_Dirty"]
        print(f"{name:<40} {kinds['Pss']:>7.1f} {kinds['Rss']:>7.1f} {own:>7.1f}")
    sums = {f"{kind.lower()}_mib": sum(kinds[kind] for kinds in processes.values()) for kind in ("Pss", "Rss")}
    print(json.dumps({"processes": len(processes)} | {name: round(value, 1) for name, value in sums.items()}))


if __name__ == "__main__":
    main()
