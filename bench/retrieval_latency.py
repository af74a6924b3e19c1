"""How long the evidence of a question takes, at any size of the corpus.

    python bench/retrieval_latency.py --data FOLDER [--chunks 10000] [--work DIR] [--questions 100]

FOLDER holds news_qa/: its articles' sentences are drawn at random (fixed seed) into chunks of five, forty chunks an
article, one article a date over a year. Each distinct sentence is encoded once; a chunk's vector is the normalised mean
of its sentences' vectors with a little noise of a fixed seed. Store and index are the product's own; DIR keeps them.

news_qa's questions are asked in turn, in one process, after a warm-up:

- evidence: encode the question, retrieve, rank sentences, judge the confidence.
- bare: encode the question; Chroma's 50 nearest; SQLite's 50 best full-text matches of the same words, in turn.
- in a window: evidence within a tenth of the dates.
- busy: evidence as in the bot: the index is in a process of its own, and meanwhile further articles are read, stored
  and embedded by another process and indexed by that one. Their chunks stay out of the question's sight by their date.

Every question is measured each way before the next one, so that all meet the same load of the machine. The last line
is JSON: evidence over bare, in a window over without, the evidence's p95 in milliseconds, busy over idle (of medians).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import text

from bench.news import load_cases
from bot.answering.models import Window
from bot.answering.retrieval.confidence import confidence
from bot.answering.retrieval.rank_sentences import rank_sentences
from bot.answering.retrieval.retrieve import retrieve
from bot.answering.understanding.understand import Understood, understand
from bot.settings import BotSettings
from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Embedded, Pending
from ingest.catalogue.records import ArticleRecord, ChunkRecord, joined
from ingest.embedding.encoders import open_encoder
from ingest.index.embedder import Embedder
from ingest.models import SHARED_SCOPE, Span
from ingest.sources.models import FileOverrides, SourceKind
from ingest.text.segment import sections
from ingest.text.words import content_terms, terms
from ingest.wiring import Corpus, Searchable, open_catalogue, open_corpus, open_with_remote_index

SENTENCES_A_CHUNK = 5
CHUNKS_AN_ARTICLE = 40
NOISE = 0.02
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
CLOCK = FIRST + YEAR
WINDOW = Window(FIRST + 0.45 * YEAR, FIRST + 0.55 * YEAR)
ADDRESS = "bench://recombined"
BATCH = 2048
NICENESS = 10
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Times:
    """Seconds of one question, each way."""

    evidence: float
    bare: float
    window: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how long evidence takes.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--work", type=Path, help="keeps the built corpora")
    arguments = parser.parse_args()
    questions = [understand(case.question) for case in load_cases(arguments.data)][: arguments.questions]
    plain = [replace(question, window=None, search_text=question.text) for question in questions]
    with TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        folder = (arguments.work or Path(temporary)) / f"chunks-{arguments.chunks}"
        settings = BotSettings.load(data_dir=folder)
        with open_corpus(settings, "bench") as corpus:
            sentences = distinct_sentences(arguments.data)
            build(corpus, sentences, arguments.chunks)
            idle = [measure(corpus, question) for question in (*plain[:5], *plain)][5:]
        with open_with_remote_index(settings, "bench") as asked, ingesting(asked.catalogue, settings, sentences):
            busy = [seconds(lambda q=question: evidence(asked, q)) for question in (*plain[:5], *plain)][5:]  # type: ignore[misc]
        with open_corpus(settings, "bench") as corpus:
            corpus.indexer.run()  # which takes out of the index what was forgotten
    report([each.evidence for each in idle], [each.bare for each in idle], [each.window for each in idle], busy)


def report(idle: Sequence[float], bare: Sequence[float], window: Sequence[float], busy: Sequence[float]) -> None:
    print(f"{'milliseconds':<14} {'p50':>8} {'p95':>8}")
    ways = {"evidence": idle, "bare": bare, "in a window": window, "busy": busy}
    for name, values in ways.items():
        print(f"{name:<14} {1000 * np.median(values):>8.1f} {1000 * np.quantile(values, 0.95):>8.1f}")
    median = float(np.median(idle))
    figures = {
        "ratio": median / float(np.median(bare)),
        "window_ratio": float(np.median(window)) / median,
        "p95_ms": 1000 * float(np.quantile(idle, 0.95)),
        "busy_ratio": float(np.median(busy)) / median,
    }
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


def measure(corpus: Corpus, question: Understood) -> Times:
    windowed = replace(question, window=WINDOW)
    return Times(
        evidence=seconds(lambda: evidence(corpus, question)),
        bare=seconds(lambda: bare(corpus, question.search_text)),
        window=seconds(lambda: evidence(corpus, windowed)),
    )


def evidence(corpus: Searchable, question: Understood) -> float:
    found = retrieve(corpus.search, question, clock=CLOCK, scopes=(SHARED_SCOPE,))
    return confidence(found, rank_sentences(found))


def bare(corpus: Corpus, words: str) -> None:
    """What no retrieval with these parts can do without."""
    corpus.index.query(corpus.encoder.encode_query(words), 50)
    match = " OR ".join(f'"{term}"' for term in content_terms(words)) or '""'
    best = text("SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH :match ORDER BY rank LIMIT 50")
    with corpus.catalogue.database.read() as connection:
        connection.execute(best, {"match": match}).all()


def seconds(do: Callable[[], object]) -> float:
    before = time.perf_counter()
    do()
    return time.perf_counter() - before


def distinct_sentences(data: Path) -> list[str]:
    """The sentences of all articles, each once, in order."""
    found: dict[str, None] = {}
    for line in (data / "news_qa" / "corpus.jsonl").read_text("utf-8").splitlines():
        article = json.loads(line)["text"]
        for section in sections(article):
            found |= dict.fromkeys(article[start:end] for start, end in section.sentences)
    return list(found)


def build(corpus: Corpus, sentences: Sequence[str], chunks: int) -> None:
    """Store and index what is missing; a build that was broken off goes on."""
    corpus.catalogue.sources.add(ADDRESS, SourceKind.FILE, FileOverrides(), SHARED_SCOPE, FIRST)
    count = chunks // CHUNKS_AN_ARTICLE
    drawn = random.Random(7)
    stored = corpus.catalogue.articles.count()
    for n in range(count):
        article = recombined(sentences, n, FIRST + YEAR * n / count, drawn)
        if n >= stored:
            store(corpus, article)
            progress("stored", n + 1, count)
    if corpus.indexer.waiting:
        index(corpus, sentences)


def progress(what: str, done: int, of: int) -> None:
    if done % 100 == 0 or done == of:
        print(f"{what} {done} of {of}", file=sys.stderr, flush=True)


def store(corpus: Corpus, article: ArticleRecord) -> None:
    corpus.catalogue.articles.store(article, corpus.catalogue.sources.get(ADDRESS).id)


def recombined(sentences: Sequence[str], n: int, date: datetime, drawn: random.Random) -> ArticleRecord:
    """An article of sentences drawn at random, one chunk a paragraph."""
    body, chunks = "", []
    for _ in range(CHUNKS_AN_ARTICLE):
        spans = []
        chosen = drawn.choices(sentences, k=SENTENCES_A_CHUNK)
        for sentence in chosen:
            spans.append(Span(len(body), len(body) + len(sentence)))
            body += sentence + " "
        words = joined([(), *(terms_of(sentence) for sentence in chosen)])
        chunks.append(ChunkRecord(Span(spans[0].start, spans[-1].end), tuple(spans), "", words))
    return ArticleRecord(f"{ADDRESS}/{n}", None, f"Recombined {n}", "Bench", None, date, date, body, chunks)


@cache
def terms_of(sentence: str) -> tuple[str, ...]:
    return tuple(terms(sentence))


def index(corpus: Corpus, sentences: Sequence[str]) -> None:
    """The backlog into Chroma, with vectors made of the sentences'."""
    row_of = {sentence: n for n, sentence in enumerate(sentences)}
    vectors = corpus.encoder.encode(sentences)
    noise = np.random.default_rng(7)
    model, collection = corpus.encoder.fingerprint.digest, corpus.index.collection_id
    while batch := corpus.catalogue.backlog.next(collection, model, BATCH):
        embedded = [mixed(chunk, vectors[[row_of[s] for s in sentences_of(chunk)]], noise) for chunk in batch]
        corpus.catalogue.backlog.keep_vectors(model, embedded)
        corpus.index.upsert([chunk.id for chunk in batch], np.stack([each.chunk_vector for each in embedded]))
        corpus.catalogue.backlog.mark([chunk.row for chunk in batch], collection)
        print(f"{corpus.indexer.waiting} chunks to index", file=sys.stderr, flush=True)


def sentences_of(chunk: Pending) -> Iterator[str]:
    return (chunk.text[start - chunk.span.start : end - chunk.span.start] for start, end in chunk.sentences)


def mixed(chunk: Pending, vectors: Vectors, noise: np.random.Generator) -> Embedded:
    mean = vectors.mean(axis=0) + noise.normal(0.0, NOISE, vectors.shape[1])
    return Embedded(chunk.row, np.asarray(mean / np.linalg.norm(mean), dtype=np.float32), vectors)


@contextmanager
def ingesting(catalogue: Catalogue, settings: BotSettings, sentences: Sequence[str]) -> Iterator[None]:
    """Another process stores and embeds articles, of a day after the clock; they are forgotten when the block ends."""
    spawn = multiprocessing.get_context("spawn")
    stop, names = spawn.Event(), spawn.SimpleQueue()
    child = spawn.Process(target=read_on, args=(settings.model_dump(), sentences, stop, names))
    child.start()
    kept = [names.get()]  # the first is stored and embedded: the work is under way
    try:
        yield
    finally:
        stop.set()
        while (name := names.get()) is not None:
            kept.append(name)
        child.join()
        for article_id in kept:
            catalogue.articles.forget(article_id, CLOCK)
        print(f"{len(kept)} articles were stored and embedded meanwhile", file=sys.stderr)


def read_on(settings: dict[str, Any], sentences: Sequence[str], stop: Event, names: SimpleQueue[str | None]) -> None:
    """The other process: tells the id of each article it stored and embedded, then None."""
    os.nice(NICENESS)
    drawn = random.Random(11)
    with open_catalogue(BotSettings(**settings)) as catalogue:
        embedder = Embedder(catalogue, open_encoder(BotSettings(**settings)))
        source = catalogue.sources.get(ADDRESS).id
        while not stop.is_set():  # a number of its own: what was forgotten once never comes back
            article = recombined(sentences, time.time_ns(), CLOCK + timedelta(days=1), drawn)
            catalogue.articles.store(article, source)
            embedder.run(stop=stop.is_set)
            names.put(article.id)
    names.put(None)


if __name__ == "__main__":
    main()
