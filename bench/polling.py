"""How fast 1,000 feeds are polled: Verbatim against lemon24/reader, side by side on a loopback server.

    pip install -e '.[bench]'
    python bench/polling.py [--feeds 1000] [--rounds 3]

Each feed has an address of its own in 127.0.0.0/8 and twenty entries that carry their full text and link to no page,
since reader fetches none: both sides download, parse and store the text of every entry, which is counted. Both have 20
workers and 30 s of time-outs and poll in a process of their own, with the feeds registered and nothing stored; the
server is a third process. A round is a first fetch and then one with nothing new (304), by each side in turn.

Both are used as libraries. Ours is put together from the parts that `python -m ingest run` uses, all of its safety
included: it also cleans each text, cuts it into sentences and chunks, looks for copies, and fills its full-text index.
reader is used as its documentation does: it also sanitises the HTML; its full-text index is a step of its own that is
left out. The side "command" is ours as the command line makes it, which reads its settings with pydantic-settings.
Memory is the largest resident set of each side's process; none starts others, since feeds this small are parsed in
the process itself.

The last line is JSON: reader's time divided by ours, the median over rounds, and our largest peak memory divided by
reader's smallest; the side "command" is not in it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

import bench  # noqa: F401 - finds the packages of the repository

if TYPE_CHECKING:
    import asyncio

    from ingest.reading.pipeline import SourceReport
    from ingest.reading.worker import Worker
    from ingest.settings import IngestSettings

ENTRIES = 20  # of a feed: as many as a first read takes
WORDS = 30  # of an entry, in two sentences: the mean of the 17 real feeds that this project is tried on
WORKERS = 20
LOOPBACK = "127.0.0.0/8"
TIMEOUT_S = 30.0
VOCABULARY = 20_000  # words
CATALOGUE = "sqlite:///catalogue.db"
MIB_PER_MAXRSS = 2**20 if sys.platform == "darwin" else 2**10  # getrusage(2): bytes there, KiB on Linux


class Run(NamedTuple):
    """One side's round: seconds of each pass, processor time of both, peak memory, entries stored after each pass."""

    first_s: float
    unchanged_s: float
    cpu_s: float
    peak_mib: float
    stored: list[int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1000, help="how many feeds (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of both sides (default: %(default)s)")
    parser.add_argument("--role", choices=("server", *SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--set-up", type=int, metavar="PORT", help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.role == "server":
        import asyncio  # the sides are not to pay for it

        asyncio.run(serve(words.feeds))
    elif words.role and words.set_up:
        SIDES[words.role][0](addresses(words.feeds, words.set_up))
    elif words.role:
        print(json.dumps(SIDES[words.role][1]()))
    else:
        compare(words.feeds, words.rounds)


def compare(feeds: int, rounds: int) -> None:
    """Run both sides in turn and print the table and the ratios."""
    runs: dict[str, list[Run]] = {side: [] for side in SIDES}
    print(f"{'round':>5} {'side':>8} {'first s':>8} {'unchanged s':>11} {'cpu s':>6} {'MiB':>5}")
    with subprocess.Popen(command("server", feeds), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            for n in range(rounds):
                for side in SIDES if n % 2 == 0 else reversed(SIDES):
                    run = measure(side, feeds, port)
                    runs[side].append(run)
                    row = f"{n + 1:>5} {side:>8} {run.first_s:>8.2f} {run.unchanged_s:>11.2f}"
                    print(f"{row} {run.cpu_s:>6.2f} {run.peak_mib:>5.0f}", flush=True)
        finally:
            server.terminate()
    ours, theirs = runs["verbatim"], runs["reader"]
    ratios = {f"{name}_ratio": round(median_ratio(theirs, ours, f"{name}_s"), 2) for name in ("unchanged", "first")}
    memory = max(run.peak_mib for run in ours) / min(run.peak_mib for run in theirs)
    print(json.dumps(ratios | {"peak_memory_ratio": round(memory, 2)}))


def median_ratio(one: list[Run], other: list[Run], name: str) -> float:
    """The median over rounds: both sides of a round met about the same load of the machine."""
    ratios: list[float] = [getattr(a, name) / getattr(b, name) for a, b in zip(one, other, strict=True)]
    return statistics.median(ratios)


def command(role: str, feeds: int, *more: str) -> list[str]:
    return [sys.executable, __file__, "--role", role, "--feeds", str(feeds), *more]


def measure(side: str, feeds: int, port: int) -> Run:
    """One round of one side in a process and a folder of its own.

    Raises:
        SystemExit: not every entry was stored, so that the times would mean nothing.
    """
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as folder:
        subprocess.run(command(side, feeds, "--set-up", str(port)), cwd=folder, check=True)
        done = subprocess.run(command(side, feeds), cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    run = Run(*json.loads(done.stdout.splitlines()[-1]))
    if run.stored != [feeds * ENTRIES] * 2:
        raise SystemExit(f"error: not all entries were stored: {side}: {run.stored}")
    return run


def timed(poll: Callable[[], None], count: Callable[[], int]) -> Run:
    """Poll twice."""
    seconds, stored, began = [], [], time.process_time()
    for _ in range(2):
        begin = time.perf_counter()
        poll()
        seconds.append(time.perf_counter() - begin)
        stored.append(count())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MIB_PER_MAXRSS / 2**20
    return Run(seconds[0], seconds[1], time.process_time() - began, peak, stored)


def set_up_verbatim(urls: list[str]) -> None:
    from ingest.catalogue import Catalogue
    from ingest.clock import utc_now
    from ingest.models import SHARED_SCOPE
    from ingest.sources.models import NO_OVERRIDES, SourceKind

    with Catalogue.open(CATALOGUE) as catalogue:
        for url in urls:
            catalogue.sources.add(url, SourceKind.FEED, NO_OVERRIDES, SHARED_SCOPE, utc_now())


def poll_with_verbatim() -> Run:
    """Our side, as a library."""
    from ingest.catalogue import Catalogue
    from ingest.clock import utc_now
    from ingest.fetch import Fetcher, PoliteFetcher
    from ingest.reading.pipeline import Pipeline
    from ingest.reading.readers.web import FeedReader, PageReader
    from ingest.reading.worker import Worker
    from ingest.sandbox import Sandbox

    with (
        Catalogue.open(CATALOGUE) as catalogue,
        Fetcher(allow_hosts=[LOOPBACK], timeout_s=TIMEOUT_S) as fetcher,
        closing(Sandbox()) as documents,
    ):
        polite = PoliteFetcher(fetcher)
        pipeline = Pipeline(
            catalogue=catalogue,
            feeds=FeedReader(polite, ENTRIES, documents),
            pages=PageReader(polite, documents),
            documents=documents,
            interval=timedelta(minutes=30),
            now=utc_now,
        )
        return poll_twice(Worker(catalogue, pipeline, None, WORKERS))


def poll_with_command() -> Run:
    """The same as `python -m ingest run` makes it."""
    from ingest.reading.worker import Worker
    from ingest.wiring import make_pipeline, open_catalogue, open_documents, open_fetcher

    settings = verbatim_settings()
    with (
        open_catalogue(settings) as catalogue,
        open_fetcher(settings) as fetcher,
        open_documents(settings) as documents,
    ):
        pipeline = make_pipeline(settings, catalogue, fetcher, documents)
        return poll_twice(Worker(catalogue, pipeline, None, settings.fetch_workers))


def verbatim_settings() -> IngestSettings:
    from ingest.settings import IngestSettings

    return IngestSettings.load(
        database_url=CATALOGUE,
        ingest_allow_hosts=(LOOPBACK,),
        fetch_timeout_s=TIMEOUT_S,
        fetch_workers=WORKERS,
        feed_first_items=ENTRIES,
    )


def poll_twice(worker: Worker) -> Run:
    return timed(lambda: worker.read_due(everything=True, done=check), worker.catalogue.articles.count)


def check(report: SourceReport) -> None:
    if report.error:
        raise SystemExit(f"error: a feed was not read: {report.error}")


def set_up_reader(urls: list[str]) -> None:
    from reader import make_reader  # type: ignore[import-not-found,unused-ignore]  # of the extra `bench`

    with make_reader("reader.db") as reader:
        for url in urls:
            reader.add_feed(url)


def poll_with_reader() -> Run:
    """Their side: reader as its documentation uses it; without `scheduled=False` it would wait for an hour."""
    from reader import UpdateError, make_reader

    with make_reader("reader.db", session_timeout=(TIMEOUT_S, TIMEOUT_S)) as reader:

        def poll() -> None:
            for result in reader.update_feeds_iter(scheduled=False, workers=WORKERS):
                if isinstance(result.value, UpdateError):
                    raise SystemExit(f"error: a feed was not read: {result.value}")

        return timed(poll, lambda: reader.get_entry_counts().total or 0)


SIDES = {
    "verbatim": (set_up_verbatim, poll_with_verbatim),
    "reader": (set_up_reader, poll_with_reader),
    "command": (set_up_verbatim, poll_with_command),
}


def hosts(feeds: int) -> list[str]:
    """Loopback addresses, one a feed."""
    return [f"127.{n % 199 + 1}.{n // 199 + 1}.{n % 250 + 1}" for n in range(feeds)]


def addresses(feeds: int, port: int) -> list[str]:
    return [f"http://{host}:{port}/feed-{n}.xml" for n, host in enumerate(hosts(feeds))]


async def serve(feeds: int) -> None:
    """Serve the feeds with validators, one socket an address, until this process is ended."""
    import asyncio

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * feeds)), hard))
    documents = {f"/feed-{n}.xml".encode(): feed(n) for n in range(feeds)}

    class Answering(asyncio.Protocol):
        """The plainest there is, so that what is measured are the sides."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.Transport, transport)
            self.received = b""

        def data_received(self, data: bytes) -> None:
            *requests, self.received = (self.received + data).split(b"\r\n\r\n")
            for request in requests:
                self.transport.write(response(request, documents))

    loop = asyncio.get_running_loop()
    first, *others = hosts(feeds)
    server = await loop.create_server(Answering, first, 0, backlog=64)
    port = server.sockets[0].getsockname()[1]
    await loop.create_server(Answering, others, port, backlog=64)
    print(port, flush=True)
    await server.serve_forever()


def response(request: bytes, documents: dict[bytes, bytes]) -> bytes:
    path = request.split(b" ", 2)[1]
    validator = b'ETag: "%d"\r\nLast-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n' % len(path)
    if b"if-none-match:" in request.lower():
        return b"HTTP/1.1 304 Not Modified\r\n" + validator + b"\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n" % len(documents[path])
    return head + validator + b"\r\n" + documents[path]


def feed(n: int) -> bytes:
    """An RSS feed whose words are distributed like a language's: a few are frequent, most are rare."""
    chance, (words, weights) = random.Random(n), language()

    def sentence() -> str:
        return f"{' '.join(chance.choices(words, cum_weights=weights, k=WORDS // 2)).capitalize()}."

    def item(k: int) -> str:
        body = f"<p>{sentence()}</p><p><b>Note</b>: {sentence()}</p>"
        return (
            f"<item><guid isPermaLink='false'>{n}-{k}</guid><title>Entry {k}: {sentence()[:60]}</title>"
            f"<pubDate>Sun, 01 Nov 2026 {k:02}:00:00 GMT</pubDate><description><![CDATA[{body}]]></description></item>"
        )

    items = "".join(map(item, range(ENTRIES)))
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Feed {n}</title>"
        f"<link>http://feed-{n}.example/</link><description>A feed.</description>{items}</channel></rss>"
    ).encode()


@cache
def language() -> tuple[list[str], list[float]]:
    """Made-up words and their cumulated weights, by Zipf's law in Mandelbrot's form."""
    syllables = [consonant + vowel for consonant in "bcdfghjklmnprstvwxyz" for vowel in "aeiou"]
    lengths = (map("".join, itertools.product(syllables, repeat=n)) for n in (1, 2, 3))
    words = list(itertools.islice(itertools.chain.from_iterable(lengths), VOCABULARY))
    return words, list(itertools.accumulate(1 / (n + 2.7) for n in range(VOCABULARY)))


if __name__ == "__main__":
    main()
