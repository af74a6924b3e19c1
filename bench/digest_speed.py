"""How long the digest of a full week takes, without a language model.

    python bench/digest_speed.py --data FOLDER [--articles 2000] [--sentences 3000]

FOLDER holds news_qa/. Its first sentences are recombined (fixed seed): articles are made of runs of five neighbouring
ones, a tenth of them recaps of forty entries, the rest of three paragraphs; forty publishers, one week. Runs overlap,
so that stories are told by many. Each sentence is encoded once; a chunk's vector is the mean of its sentences' vectors
with a little noise. Store and digest are the product's own.

Then the digest is made once more from nothing, in a thread as the bot does, while an event loop sleeps 5 ms again and
again and notes how much later it wakes; and the same for as long with nothing else to do.

The last line is JSON: articles, seconds of the first digest in a process (processor time, then by the clock), seconds
of the next one a minute later, and the longest lag of the event loop in milliseconds, beside a digest and idle.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.event_loop import lags, percentile
from bench.retrieval_latency import ADDRESS, BATCH, distinct_sentences, mixed, sentences_of, store, terms_of
from bot.digest.digester import Digester
from bot.digest.models import Digest, Order
from bot.discord.bridge import keep_pauses_short
from bot.settings import BotSettings
from ingest.catalogue.records import ArticleRecord, ChunkRecord, joined
from ingest.models import SHARED_SCOPE, Span
from ingest.sources.models import FileOverrides, SourceKind
from ingest.wiring import Corpus, open_corpus

UNTIL = datetime(2026, 6, 28, tzinfo=UTC)
WEEK = timedelta(days=7)
PUBLISHERS = 40
ENTRIES, SENTENCES, PARAGRAPH = 40, 15, 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--sentences", type=int, default=3_000, help="how many are encoded")
    arguments = parser.parse_args()
    sentences = distinct_sentences(arguments.data)[: arguments.sentences]
    with (
        TemporaryDirectory(prefix="verbatim-bench-") as folder,
        open_corpus(BotSettings.load(data_dir=Path(folder)), "bench") as corpus,
    ):
        build(corpus, sentences, arguments.articles)
        digester = Digester(corpus.catalogue, corpus.search)
        digest, first_s, processor_s = timed(digester, UNTIL)
        _, again_s, again_processor_s = timed(digester, UNTIL + timedelta(minutes=1))
        beside, idle = asyncio.run(lags_beside(Digester(corpus.catalogue, corpus.search)))
    read = digest.coverage.articles
    print(f"{read} articles, {len(digest.stories)} stories")
    print(
        f"processor seconds: {processor_s:.1f}, then {again_processor_s:.1f}; by the clock {first_s:.1f}, {again_s:.1f}"
    )
    for name, late in (("beside a digest", beside), ("idle", idle)):
        print(
            f"event loop, {name}, ms late: {percentile(late, 0.99):.1f} at the 99th percentile, {max(late):.1f} at most"
        )
    seconds = {"processor_s": processor_s, "digest_s": first_s, "cached_s": again_s}
    lag = {"lag_ms_max": max(beside), "idle_lag_ms_max": max(idle)}
    print(json.dumps({"articles": read, **{name: round(value, 2) for name, value in (seconds | lag).items()}}))


def timed(digester: Digester, until: datetime) -> tuple[Digest, float, float]:
    """A digest, its seconds by the clock, and its seconds of processor time, which others' work does not lengthen."""
    before, processor = time.perf_counter(), time.process_time()
    digest = digester.digest(Order(UNTIL - WEEK, until, (SHARED_SCOPE,)))
    return digest, time.perf_counter() - before, time.process_time() - processor


async def lags_beside(digester: Digester) -> tuple[list[float], list[float]]:
    """How late an event loop is beside a digest, and for as long without one, in milliseconds."""
    keep_pauses_short()
    before = time.perf_counter()
    beside = await lags(asyncio.to_thread(digester.digest, Order(UNTIL - WEEK, UNTIL, (SHARED_SCOPE,))))
    return beside, await lags(asyncio.sleep(time.perf_counter() - before))


def build(corpus: Corpus, sentences: Sequence[str], count: int) -> None:
    """The articles, with vectors in the catalogue; the digest needs no index."""
    corpus.catalogue.sources.add(ADDRESS, SourceKind.FILE, FileOverrides(), SHARED_SCOPE, UNTIL - WEEK)
    drawn = random.Random(7)
    for n in range(count):
        store(corpus, recombined(sentences, n, UNTIL - WEEK * (n + 1) / (count + 1), drawn))
    print("stored", file=sys.stderr, flush=True)
    row_of = {sentence: n for n, sentence in enumerate(sentences)}
    vectors, noise = corpus.encoder.encode(sentences), np.random.default_rng(7)
    print("encoded", file=sys.stderr, flush=True)
    model = corpus.encoder.fingerprint.digest
    done = 0
    while batch := corpus.catalogue.backlog.next("", model, BATCH):
        kept = [mixed(chunk, vectors[[row_of[s] for s in sentences_of(chunk)]], noise) for chunk in batch]
        corpus.catalogue.backlog.keep_vectors(model, kept)
        corpus.catalogue.backlog.mark([chunk.row for chunk in batch], "")
        done += len(batch)
    print(f"{done} chunks", file=sys.stderr, flush=True)


def recombined(sentences: Sequence[str], n: int, date: datetime, drawn: random.Random) -> ArticleRecord:
    """Runs of neighbouring sentences as a recap of entries, or as paragraphs with the first sentence for a title."""
    is_recap = n % 10 == 0
    runs = (ENTRIES if is_recap else SENTENCES) // PARAGRAPH
    starts = [drawn.randrange(len(sentences) - PARAGRAPH) for _ in range(runs)]
    body, chunks = "", []
    for first in starts:
        spans = []
        chosen = sentences[first : first + PARAGRAPH]
        for sentence in chosen:
            body += "- " if is_recap else ""
            spans.append(Span(len(body), len(body) + len(sentence)))
            body += sentence + ("\n" if is_recap else " ")
        body += "" if is_recap else "\n\n"
        words = joined([(), *(terms_of(sentence) for sentence in chosen)])
        chunks.append(ChunkRecord(Span(spans[0].start, spans[-1].end), tuple(spans), "", words))
    title = "Recap" if is_recap else " ".join(sentences[starts[0]].split())[:100]
    publisher = f"Publisher {drawn.randrange(PUBLISHERS)}"
    return ArticleRecord(f"{ADDRESS}/{n}", None, title, publisher, None, date, date, body, chunks)


if __name__ == "__main__":
    main()
