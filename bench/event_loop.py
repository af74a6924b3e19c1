"""How late the bot's event loop runs while the ingest embeds and questions are answered.

    python bench/event_loop.py [--seconds 30] [--articles 300] [--askers 4]

The bot's own services (`bot.wiring.services.open_services`: reading and embedding in one process, the index in another,
answers in threads) work on articles made up of the samples, in a temporary folder; meanwhile the event loop of this
process sleeps 5 ms again and again and notes how much later it wakes:

- idle: nothing is asked, nothing read.
- first: the first question after the start, of an empty corpus.
- busy: articles are read, embedded and indexed, and some people ask one question after the other.
- forty: the reading goes on, and forty questions are asked at once.
- digest: the reading goes on, and a digest of all is written.
- machine: while it was busy, a process beside it that sleeps likewise and does nothing else: what the machine takes.

The last line is JSON, lags in milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import bench  # noqa: F401 - finds the packages of the repository
from bot.answering.models import Question
from bot.digest.models import Order
from bot.discord.bridge import ServiceBridge, keep_pauses_short
from bot.discord.rate_limits import RateLimiter
from bot.settings import BotSettings
from bot.wiring.services import open_services
from ingest.clock import utc_now
from ingest.models import SHARED_SCOPE
from ingest.reading.registry import Registered

SLEEP_S, IDLE_S = 0.005, 3.0
AT_ONCE = 40
WEEK = timedelta(days=7)
QUESTIONS = ("What is DeepSeek Sparse Attention?", "Who sells Trainium3?", "What did Anthropic announce?")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to measure (default: %(default)s)")
    parser.add_argument("--articles", type=int, default=300, help="articles to embed (default: %(default)s)")
    parser.add_argument("--askers", type=int, default=4, help="questions at the same time (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_articles(Path(folder) / "news.jsonl", arguments.articles)
        settings = BotSettings.load(data_dir=Path(folder) / "data")
        with open_services(settings) as services:
            keep_pauses_short()
            bridge = ServiceBridge(services, RateLimiter(1, 1))
            asyncio.run(measure(bridge, str(Path(folder) / "news.jsonl"), arguments.seconds, arguments.askers))


def write_articles(path: Path, count: int) -> None:
    """Articles of the samples' sentences, shuffled, so that each is new to the index."""
    samples = Path(str(files("ingest"))) / "data" / "samples"
    sentences = [s for file in sorted(samples.glob("*.md")) for s in file.read_text("utf-8").split(". ") if len(s) > 40]
    shuffle = random.Random(7)
    with path.open("w", encoding="utf-8") as lines:
        for n in range(count):
            text = ". ".join(shuffle.sample(sentences, 40)).replace("\n", " ")
            line = {"url": f"https://example.org/{n}", "title": f"Article {n}", "source": "bench", "text": text}
            lines.write(json.dumps(line) + "\n")


async def measure(bridge: ServiceBridge, source: str, seconds: float, asking: int) -> None:
    """Print the lags, idle and at work."""
    found = {"idle": await lags(asyncio.sleep(IDLE_S)), "first": await lags(ask(bridge, 0))}
    added: list[Registered] = list(await bridge.call(bridge.services.sources.add, source, SHARED_SCOPE))
    assert added
    answered = [0]
    askers = [asyncio.create_task(ask_on(bridge, n, answered)) for n in range(asking)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        beside = asyncio.get_running_loop().run_in_executor(other, sleep_on, seconds)
        found["busy"] = await lags(asyncio.sleep(seconds))
        machine = await beside
    for asker in askers:
        asker.cancel()
    await asyncio.gather(*askers, return_exceptions=True)
    found["forty"] = await lags(asyncio.gather(*(ask(bridge, n) for n in range(AT_ONCE))))
    order = Order(utc_now() - WEEK, utc_now(), (SHARED_SCOPE,))
    found["digest"] = await lags(bridge.call(bridge.services.digester.digest, order))
    standing = await bridge.call(bridge.services.sources.standing)
    report(found | {"machine": machine})
    print(f"{answered[0]} answers, {standing.articles} articles stored, {standing.backlog} chunks left to embed")
    busy = found["busy"]
    figures = {"lag_ms_p99": percentile(busy, 0.99), "lag_ms_max": max(busy), "answers": answered[0]}
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


def report(found: dict[str, list[float]]) -> None:
    print(f"{'':8}{'median':>9}{'p99':>9}{'max':>9}{'seconds':>9}")
    for name, late in found.items():
        lasted_s = (sum(late) / 1000) + SLEEP_S * len(late)
        print(f"{name:8}{statistics.median(late):9.1f}{percentile(late, 0.99):9.1f}{max(late):9.1f}{lasted_s:9.1f}")


async def ask(bridge: ServiceBridge, n: int) -> None:
    await bridge.call(bridge.services.answerer.answer, Question(QUESTIONS[n % len(QUESTIONS)], utc_now()))


async def ask_on(bridge: ServiceBridge, n: int, answered: list[int]) -> None:
    """Ask one question after the other."""
    while True:
        await ask(bridge, n)
        answered[0] += 1


async def lags(work: Awaitable[object]) -> list[float]:
    """How much later than asked for each sleep ended while `work` was done, in milliseconds."""
    found, done = [], asyncio.ensure_future(work)
    while not done.done():
        before = time.monotonic()
        await asyncio.sleep(SLEEP_S)
        found.append((time.monotonic() - before - SLEEP_S) * 1000)
    await done
    return found


def sleep_on(seconds: float) -> list[float]:
    """The same in a process without an event loop and without threads."""
    found, end = [], time.monotonic() + seconds
    while (before := time.monotonic()) < end:
        time.sleep(SLEEP_S)
        found.append((time.monotonic() - before - SLEEP_S) * 1000)
    return found


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


if __name__ == "__main__":
    main()
