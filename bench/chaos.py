"""Kill -9 at random: what a fleet loses, tells twice, or leaves to be repaired by hand.

    python bench/chaos.py [--rounds 100] [--seed 1]

Runs what `compose.yaml` runs as its profile `fleet`: a PostgreSQL with its default settings, `chroma run`, two bots
with a shard each on a loopback Discord, two ingest workers on loopback feeds. In each round two articles are
published, people ask questions by mention and by /ask, now and then a digest falls due, and one random part, servers
included, is killed with SIGKILL and started again after a moment. A part that ends by itself is started again too, as
a container's restart policy does; nothing else is done for it. In the end everything has some minutes to come to rest.

The last line is JSON; the exit code is 1 unless all but the rounds are 0:

- articles_lost: published, but not in the catalogue; or in the catalogue, but never indexed.
- doubled: articles stored twice, and questions answered twice.
- answers_lost: questions that Discord delivered to a process which had half a minute for them and gave no answer. "I
  cannot reach my database" is an answer. A question whose process was killed before that died with it, as on Discord,
  which delivers no message a second time: it is counted in the table only ("died"), like those asked while no process
  of the shard was connected ("undelivered").
- digests_doubled: posts of a guild's digest beyond the first.
- manual_repairs: parts that do not run in the end, digests that were never posted, vectors that the index holds too
  many or too few.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import bench  # noqa: F401 - finds the packages of the repository
from bench.chaos_world import SHARDS, Crowd, Desk, Press, patiently
from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION, COLLECTION_ID
from ingest.embedding.packaged_model import PACKAGED
from ingest.errors import VerbatimError
from ingest.index.vector_index import VectorIndex
from ingest.models import SHARED_SCOPE
from ingest.sources.models import NO_OVERRIDES, SourceKind
from tests.fleet import ChromaPart, Part, PostgresPart, bot_part, ended, worker_part
from tests.servers.discord import DiscordServer
from tests.servers.postgres import programs
from tests.servers.web import WebServer

FEEDS, PEOPLE, ARTICLES_A_ROUND, QUESTIONS_A_ROUND, ROUNDS_A_DIGEST = 3, 20, 2, 3, 4
LONGEST_DOWN_S, LONGEST_PAUSE_S = 2.0, 6.0
REST_S = 480.0
"""Time to come to rest: a digest is held for five minutes by a process that was killed, and looked for each minute."""


class Operator:
    """Starts again what has ended, like a restart policy."""

    def __init__(self, parts: list[Part], crowd: Crowd) -> None:
        self.parts, self._crowd = parts, crowd
        self.kills: Counter[str] = Counter()
        self.own_ends: Counter[str] = Counter()
        self._down: set[str] = set()
        self._over = threading.Event()

    def watch(self) -> None:
        """Until `leave`: start what ended by itself."""
        while not self._over.wait(1.0):
            for part in self.parts:
                if part.name not in self._down and not part.runs:
                    self.own_ends[part.name] += 1
                    self._note_end(part)
                    part.start()

    def kill(self, part: Part) -> None:
        """kill -9, and a new start after a moment."""
        self._down.add(part.name)
        self.kills[part.name] += 1
        part.kill()
        self._note_end(part)
        time.sleep(random.uniform(0.1, LONGEST_DOWN_S))
        part.start()
        self._down.discard(part.name)

    def leave(self) -> None:
        self._over.set()

    def _note_end(self, part: Part) -> None:
        if part in self._crowd.bots:
            self._crowd.ends[self._crowd.bots.index(part), part.starts] = time.monotonic()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="how many kills (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what is killed when (default: %(default)s)")
    parser.add_argument("--logs", type=Path, help="folder for the logs of all parts")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    binaries = programs()
    if binaries is None:
        sys.exit("PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql)")
    with ExitStack() as stack:
        folder = arguments.logs or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        figures = run(stack, binaries, folder, arguments.rounds)
    print(json.dumps(figures))
    return int(any(value for name, value in figures.items() if name != "rounds"))


def run(stack: ExitStack, binaries: Path, folder: Path, rounds: int) -> dict[str, int]:
    """Set everything up, kill, wait, count."""
    server = stack.enter_context(DiscordServer(shards=SHARDS))
    web = stack.enter_context(WebServer())
    postgres, chroma = PostgresPart(binaries), ChromaPart(folder)
    stack.callback(postgres.remove)
    stack.enter_context(ended(chroma, postgres))
    postgres.start()
    chroma.start()
    url = postgres.prepare()
    chroma.wait()
    settings = settings_of(url, chroma.url, server, web)
    bots = [bot_part(f"bot-{n}", settings, str(n), SHARDS, folder) for n in range(SHARDS)]
    workers = [worker_part(f"worker-{n}", settings, folder) for n in range(2)]
    stack.enter_context(ended(*bots, *workers))
    press, desk = Press(web, FEEDS), Desk(server, url)
    crowd = gathered(server, bots)
    with Catalogue.open(url) as catalogue:
        for feed in press.feeds:
            catalogue.sources.add(feed, SourceKind.FEED, NO_OVERRIDES, SHARED_SCOPE, datetime.now(UTC))
    operator = Operator([postgres, chroma, *bots, *workers], crowd)
    for part in (*bots, *workers):
        part.start()
    server.wait_for(lambda: len(server.gateway.connected) == SHARDS, 120)
    threading.Thread(target=operator.watch, daemon=True).start()
    stack.callback(operator.leave)
    for n in range(rounds):
        one_round(n, operator, press, crowd, desk)
    return settled(url, chroma.url, operator, press, crowd, desk, rounds)


def settings_of(url: str, chroma_url: str, server: DiscordServer, web: WebServer) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "CHROMA_URL": chroma_url,
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_URL": server.api_url,
        "INGEST_ALLOW_HOSTS": web.host,
        "POLL_INTERVAL_S": "2",
        "USER_QUESTIONS_PER_MINUTE": "1000",
        "GUILD_QUESTIONS_PER_MINUTE": "10000",
    }


def gathered(server: DiscordServer, bots: list[Part]) -> Crowd:
    guilds = [server.add_guild(f"Shard {n}", shard=(n, SHARDS)) for n in range(SHARDS)]
    people = [server.add_user(f"person {n}", guilds[0]) for n in range(PEOPLE)]
    for person in people:
        server.join(guilds[1], person)
    return Crowd(server, bots, guilds, people)


def one_round(n: int, operator: Operator, press: Press, crowd: Crowd, desk: Desk) -> None:
    for _ in range(ARTICLES_A_ROUND):
        press.publish()
    if n % ROUNDS_A_DIGEST == 0:
        desk.schedule()
    victim = random.choice(operator.parts)
    asking = threading.Thread(target=ask_for_a_while, args=(crowd,))
    asking.start()
    time.sleep(random.uniform(0.0, LONGEST_PAUSE_S / 2))
    operator.kill(victim)
    time.sleep(random.uniform(0.0, LONGEST_PAUSE_S))
    asking.join()
    print(f"round {n + 1}: {victim.name}", file=sys.stderr, flush=True)


def ask_for_a_while(crowd: Crowd) -> None:
    for _ in range(QUESTIONS_A_ROUND):
        crowd.ask("Nordlicht Labs release")
        time.sleep(random.uniform(0.0, LONGEST_PAUSE_S / QUESTIONS_A_ROUND))


def settled(
    url: str, chroma_url: str, operator: Operator, press: Press, crowd: Crowd, desk: Desk, rounds: int
) -> dict[str, int]:
    """Wait until all is at rest, print a table, and return the figures."""
    deadline = time.monotonic() + REST_S
    crowd.ask("Nordlicht Labs release")
    with Catalogue.open(url) as catalogue:

        def waiting() -> dict[str, int]:
            return {
                "articles missing": len(press.missing(catalogue)),
                "chunks to index": catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID)),
                "digests missing": desk.posted().count(0),
                "bots away": SHARDS - len({s.shard for s in crowd.server.gateway.connected}),
            }

        while any(waiting().values()) and time.monotonic() < deadline:
            time.sleep(1.0)
        time.sleep(5.0)  # for answers under way
        left = waiting()
        doubled, index = press.doubled(catalogue), index_difference(catalogue, chroma_url)
        facts = (catalogue.articles.count(), catalogue.chunks.totals().chunks)
    asked, posted = crowd.outcomes(), desk.posted()
    report(operator, asked, posted, facts, left | {"vectors differing": index})
    return {
        "rounds": rounds,
        "articles_lost": left["articles missing"] + left["chunks to index"],
        "doubled": doubled + asked["doubled"],
        "answers_lost": asked["lost"],
        "digests_doubled": sum(max(count - 1, 0) for count in posted),
        "manual_repairs": sum(not part.runs for part in operator.parts)
        + left["bots away"]
        + left["digests missing"]
        + index,
    }


def index_difference(catalogue: Catalogue, chroma_url: str) -> int:
    """By how many vectors the index and the catalogue differ."""
    found: list[int] = []

    def count() -> None:
        collection = catalogue.facts.get(COLLECTION)
        index = VectorIndex.open(data_dir=Path(), chroma_url=chroma_url, collection=collection, fingerprint=PACKAGED)
        found.append(index.count())
        index.close()

    try:
        patiently(count, 30.0)
    except VerbatimError as error:
        print(error, file=sys.stderr)
        return catalogue.chunks.totals().chunks
    return abs(found[-1] - catalogue.chunks.totals().chunks)


def report(
    operator: Operator, asked: dict[str, int], posted: list[int], facts: tuple[int, int], left: dict[str, int]
) -> None:
    print(f"{'part':12}{'killed':>8}{'ended':>8}{'tracebacks':>12}")
    for part in operator.parts:
        tracebacks = part.log.count("Traceback") if part.name.startswith(("bot", "worker")) else 0
        print(f"{part.name:12}{operator.kills[part.name]:8}{operator.own_ends[part.name]:8}{tracebacks:12}")
    print(f"\n{facts[0]} articles, {facts[1]} chunks; {len(posted)} digests due, {sum(posted)} posted")
    print("questions: " + ", ".join(f"{count} {name}" for name, count in asked.items()))
    print("in the end: " + ", ".join(f"{count} {name}" for name, count in left.items()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
