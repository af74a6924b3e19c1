"""What makes an event loop wait: how long single steps keep Python's lock from every other thread.

    python bench/pauses.py [--vectors 5000] [--items 4000]

A thread sleeps 1 ms again and again while each step is done some times: what it wakes too late is the pause. The steps
that the bot takes are beside those that it took before, or that a simpler program would take:

- upsert N: N vectors into an embedded collection of `--vectors`; the bot has it done in another process.
- query: the 40 nearest of them.
- collection: the garbage collector's look at everything, before and after `keep_pauses_short`.
- linkage, clusters: average-link clusters of `--items` items, by scipy and by the digest.
- Thread.start, start_new_thread: until a thread beside four busy ones has begun; the pause is the caller's own.

Milliseconds, the median and the largest.
"""

from __future__ import annotations

import _thread
import argparse
import gc
import importlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import linkage  # type: ignore[import-untyped]
from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

import bench  # noqa: F401 - finds the packages of the repository
from bot.digest.clustering.linkage import clusters
from bot.digest.clustering.pairs import Pairs
from bot.discord.bridge import keep_pauses_short
from ingest.embedding.packaged_model import PACKAGED
from ingest.index.vector_index import VectorIndex

TICK_S = 0.001
TIMES = 20
ALIKE, FAR = 0.42, 0.3
DIMENSIONS = PACKAGED.dimensions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=int, default=5_000, help="in the collection (default: %(default)s)")
    parser.add_argument("--items", type=int, default=4_000, help="of a digest (default: %(default)s)")
    arguments = parser.parse_args()
    print(f"{'':22}{'median':>9}{'max':>9}")
    importlib.import_module("bot.discord.running")  # a bot has it all in memory
    pauses("collection, before", gc.collect, times=3)
    keep_pauses_short()
    pauses("collection, after", gc.collect, times=3)
    pauses("nothing", lambda: time.sleep(0.05))
    of_the_index(arguments.vectors)
    of_a_digest(arguments.items)
    of_a_start()


def pauses(name: str, step: Callable[[], object], times: int = TIMES) -> None:
    """Print the largest pause of each time that a step is done."""
    worst = []
    for _ in range(times):
        late, done = [0.0], threading.Event()
        thread = threading.Thread(target=tick, args=(late, done))
        thread.start()
        time.sleep(0.01)
        step()
        time.sleep(0.01)
        done.set()
        thread.join()
        worst.append(max(late))
    told(name, worst)


def tick(late: list[float], done: threading.Event) -> None:
    while not done.is_set():
        before = time.perf_counter()
        time.sleep(TICK_S)
        late.append(time.perf_counter() - before - TICK_S)


def told(name: str, seconds: list[float]) -> None:
    print(f"{name:22}{1000 * statistics.median(seconds):9.1f}{1000 * max(seconds):9.1f}", flush=True)


def of_the_index(count: int) -> None:
    """Of writing to Chroma and reading from it."""
    drawn, named = np.random.default_rng(7), iter(range(10**9))

    def upsert(index: VectorIndex, n: int) -> None:
        vectors = drawn.normal(size=(n, DIMENSIONS)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        index.upsert([str(next(named)) for _ in range(n)], vectors)

    with tempfile.TemporaryDirectory() as folder:
        index = VectorIndex.open(data_dir=Path(folder), chroma_url="", collection=None, fingerprint=PACKAGED)
        upsert(index, count)
        for n in (1, 16, 64):
            pauses(f"upsert {n}", lambda n=n: upsert(index, n))  # type: ignore[misc]
        anywhere = np.full(DIMENSIONS, DIMENSIONS**-0.5, dtype=np.float32)
        pauses("query", lambda: index.query(anywhere, 40))
        index.close()


def of_a_digest(count: int) -> None:
    """Of grouping items that are alike as a week's are: some hundred stories."""
    drawn = np.random.default_rng(7)
    vectors = drawn.normal(size=(count // 8, 64))[drawn.integers(count // 8, size=count)]
    vectors = vectors + drawn.normal(size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = (vectors @ vectors.T).astype(np.float32)
    np.fill_diagonal(alike, 1.0)
    distance = squareform(1.0 - (alike + alike.T) / 2.0, checks=False)
    pauses("linkage", lambda: linkage(distance, "average"), times=3)
    one, other = (rows.astype(np.intp) for rows in np.nonzero(np.triu(alike > FAR, 1)))
    pairs = Pairs(one, other, np.zeros((len(one), 0), dtype=np.float32))
    pauses("clusters", lambda: clusters(count, pairs, alike[one, other], ALIKE), times=3)


def of_a_start() -> None:
    """Of beginning a thread beside others that compute."""
    with busy(4):
        told("Thread.start", [seconds(lambda: threading.Thread(target=int, daemon=True).start()) for _ in range(200)])
        told("start_new_thread", [seconds(lambda: _thread.start_new_thread(int, ())) for _ in range(200)])


def seconds(step: Callable[[], object]) -> float:
    time.sleep(0.005)
    before = time.perf_counter()
    step()
    return time.perf_counter() - before


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Threads that compute until the block ends."""
    done = threading.Event()

    def compute() -> None:
        while not done.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=compute) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
