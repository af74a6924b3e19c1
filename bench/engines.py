"""How fast the catalogue stores and searches on each database engine, with the same made-up articles.

    python bench/engines.py [--chunks 20000] [--url postgresql://...]

Articles of ten chunks are made of words whose frequencies follow Zipf's law (fixed seed), stored as reads of sources
store them, twenty in one transaction, and given vectors of 384 numbers. Then the same questions are asked of each
engine: six words, two of them common. Without a URL, a PostgreSQL with its default settings is started from the
installed programs; a database at --url must be empty. Reported are chunks a second, and milliseconds:

- store, vectors: how many chunks are stored, and given their vectors, a second.
- match: the forty best full-text matches of a question.
- candidates: what is needed to score eighty chunks.
- lease: a lease is taken and given back.
- question: a question is counted for its asker and its guild, as where several bots share the limits.

The last line is JSON: by engine, each figure's median; and for how many questions both found the same chunks in the
same order.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import text

import bench  # noqa: F401 - finds the packages of the repository
from bot.services.question_counts import QuestionCounts
from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Embedded
from ingest.catalogue.read_batches import Entry, ReadBatch
from ingest.catalogue.records import ArticleRecord, ChunkRecord, joined
from ingest.models import SHARED_SCOPE, Span, View
from ingest.processes.identity import this_process
from ingest.sources.models import NO_OVERRIDES, EntryNote, SourceKind
from ingest.text.words import terms
from tests.servers.postgres import postgres_server, programs

CHUNKS_AN_ARTICLE, WORDS_A_CHUNK, SENTENCES = 10, 90, 5
VOCABULARY = 60_000
ARTICLES_TOGETHER = 20
VECTORS_TOGETHER = 64
QUESTIONS = 200
TIMED = ("match", "candidates", "lease", "question")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
VIEW = View(BEGIN + timedelta(days=9000))


@dataclass(frozen=True)
class Figures:
    """Chunks a second; seconds of each question; the ids that each question found."""

    store: float
    vectors: float
    match: list[float]
    candidates: list[float]
    lease: list[float]
    question: list[float]
    found: list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--url", help="an empty PostgreSQL database")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="verbatim-bench-") as folder, postgresql(arguments.url) as url:
        engines = {"sqlite": f"sqlite:///{folder}/catalogue.db", "postgresql": url}
        figures = {name: measured(address, arguments.chunks) for name, address in engines.items()}
    report(figures)


@contextmanager
def postgresql(url: str | None) -> Iterator[str]:
    """The given database, or a new one of a server of this bench."""
    if url is not None:
        yield url
        return
    binaries = programs()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed; give the --url of an empty database")
    with postgres_server(binaries, durable=True) as server:
        yield server.new()


def measured(url: str, chunks: int) -> Figures:
    """All figures of one engine."""
    with Catalogue.open(url, for_search=True) as catalogue:
        records = list(articles(chunks // CHUNKS_AN_ARTICLE))
        store = chunks / seconds(lambda: store_articles(catalogue, records))
        with catalogue.database.write() as connection:
            connection.execute(text("ANALYZE"))  # as PostgreSQL does by itself within a minute
        vectors = chunks / seconds(lambda: give_vectors(catalogue))
        match, candidates, found = ask(catalogue)
        lease = [seconds(lambda n=n: lease_once(catalogue, n)) for n in range(QUESTIONS)]  # type: ignore[misc]
        counts = QuestionCounts(catalogue.database, QUESTIONS, QUESTIONS)
        question = [seconds(lambda n=n: counts.spend(n % 20, 7)) for n in range(QUESTIONS)]  # type: ignore[misc]
    return Figures(store, vectors, match, candidates, lease, question, found)


def store_articles(catalogue: Catalogue, records: Sequence[ArticleRecord]) -> None:
    catalogue.sources.add("https://bench.example/feed", SourceKind.FEED, NO_OVERRIDES, SHARED_SCOPE, BEGIN)
    source = catalogue.sources.get("https://bench.example/feed")
    for first in range(0, len(records), ARTICLES_TOGETHER):
        batch = records[first : first + ARTICLES_TOGETHER]
        entries = [Entry(EntryNote(record.key, record.url, record.title, ""), record) for record in batch]
        catalogue.read_batches.keep([ReadBatch(source, entries)], BEGIN)


def articles(count: int) -> Iterator[ArticleRecord]:
    """The same articles for each engine."""
    words = zipf(random.Random(7))
    for n in range(count):
        key, at = f"https://bench.example/{n}", BEGIN + timedelta(minutes=n)
        texts = [[" ".join(next(words) for _ in range(WORDS_A_CHUNK // SENTENCES)) for _ in range(SENTENCES)]
                 for _ in range(CHUNKS_AN_ARTICLE)]  # fmt: skip
        whole, chunks = "", []
        for sentences in texts:
            spans = []
            for sentence in sentences:
                spans.append(Span(len(whole), len(whole) + len(sentence)))
                whole += f"{sentence}\n"
            said = joined([["bench"], *map(terms, sentences)])
            chunks.append(ChunkRecord(Span(spans[0].start, spans[-1].end), tuple(spans), "", said))
        yield ArticleRecord(key, key, f"Article {n}", "Bench", None, at, at, whole, chunks)


def zipf(chance: random.Random) -> Iterator[str]:
    """Words without end; the nth most common is n times as rare as the first."""
    weights = [1 / n for n in range(1, VOCABULARY + 1)]
    words = [f"w{n:x}q" for n in range(VOCABULARY)]
    while True:
        yield from chance.choices(words, weights, k=10_000)


def give_vectors(catalogue: Catalogue) -> None:
    unit = np.ones(384, dtype=np.float32) / np.sqrt(np.float32(384))
    while waiting := catalogue.backlog.next("none", "m", VECTORS_TOGETHER, embedded=False):
        made = [Embedded(chunk.row, unit, np.tile(unit, (len(chunk.sentences), 1))) for chunk in waiting]
        catalogue.backlog.keep_vectors("m", made)


def ask(catalogue: Catalogue) -> tuple[list[float], list[float], list[list[str]]]:
    """Seconds of each match and of each look at its candidates, and what was found."""
    chance = random.Random(11)
    match, candidates, found = [], [], []
    for _ in range(QUESTIONS):
        asked = [f"w{chance.randrange(20, 400):x}q" for _ in range(2)]
        asked += [f"w{chance.randrange(400, VOCABULARY):x}q" for _ in range(4)]
        begun = time.perf_counter()
        ids = catalogue.chunks.match(asked, 80)
        matched = time.perf_counter()
        catalogue.chunks.candidates(ids, VIEW, "m")
        match.append(matched - begun)
        candidates.append(time.perf_counter() - matched)
        found.append(ids)
    return match, candidates, found


def lease_once(catalogue: Catalogue, n: int) -> None:
    catalogue.leases.take([f"lease {n}"], f"token {n}", this_process("bench"), BEGIN)
    catalogue.leases.give_back(f"token {n}")


def seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def report(figures: dict[str, Figures]) -> None:
    print(f"{'':<22}" + "".join(f"{name:>22}" for name in figures))
    for name in ("store", "vectors"):
        print(f"{name + ', chunks/s':<22}" + "".join(f"{getattr(f, name):>22,.0f}" for f in figures.values()))
    for name in TIMED:
        cells = (f"{1000 * np.median(getattr(f, name)):.1f} / {1000 * np.quantile(getattr(f, name), 0.95):.1f}"
                 for f in figures.values())  # fmt: skip
        print(f"{name + ', ms p50/p95':<22}" + "".join(f"{cell:>22}" for cell in cells))
    same = sum(one == other for one, other in zip(*(f.found for f in figures.values()), strict=True))
    print(json.dumps({name: medians(f) for name, f in figures.items()} | {"same": same, "questions": QUESTIONS}))


def medians(figures: Figures) -> dict[str, float]:
    times = {f"{name}_ms": 1000 * float(np.median(getattr(figures, name))) for name in TIMED}
    rates = {"store": figures.store, "vectors": figures.vectors}
    return {name: round(value, 2) for name, value in (rates | times).items()}


if __name__ == "__main__":
    main()
