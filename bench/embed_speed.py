"""How fast the whole ingest is, against nothing but embedding the same texts with sentence-transformers.

    python bench/embed_speed.py --data FOLDER [--articles 3] [--rounds 2]      FOLDER holds news_qa/

Ours: articles of a .jsonl are read, cleaned, cut, stored, embedded and put into the index, as `python -m ingest run
--once` does it, with the model loaded before the clock starts. Theirs: `SentenceTransformer.encode(batch_size=32)` on
exactly the texts that ours embedded, chunks and sentences, in the same process and in turn with it. The last line is
JSON: our median chunks per second divided by theirs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sentence_transformers import SentenceTransformer

import bench  # noqa: F401 - finds the packages of the repository
from ingest.clock import utc_now
from ingest.embedding.encoders import Encoder, TextEncoder
from ingest.embedding.fingerprint import ModelFingerprint
from ingest.embedding.packaged_model import packaged_model_folder
from ingest.index.indexer import Indexer
from ingest.models import SHARED_SCOPE
from ingest.parse.documents import ParsersHere
from ingest.reading.pipeline import SourceReport
from ingest.reading.registry import Registry
from ingest.reading.worker import Worker
from ingest.settings import IngestSettings
from ingest.wiring import Corpus, make_pipeline, open_corpus, open_fetcher


class Listening:
    """An encoder that remembers what it was asked to embed."""

    def __init__(self, encoder: Encoder) -> None:
        self.texts: list[str] = []
        self._encoder = encoder

    @property
    def fingerprint(self) -> ModelFingerprint:
        return self._encoder.fingerprint

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.texts += texts
        return self._encoder.encode(texts)


class Round(NamedTuple):
    """Seconds of both sides for the same texts."""

    chunks: int
    texts: int
    ours_s: float
    theirs_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=3, help="articles, evenly spread (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="(default: %(default)s)")
    words = parser.parse_args()
    lines = (words.data / "news_qa" / "corpus.jsonl").read_text("utf-8").splitlines()
    sample = [lines[n * len(lines) // words.articles] for n in range(words.articles)]
    model = SentenceTransformer(str(packaged_model_folder()), local_files_only=True, device="cpu")
    model.encode(sample[:1])
    print(f"{'round':>5} {'chunks':>6} {'texts':>6} {'ingest, chunks/s':>16} {'encode alone':>12} {'ratio':>6}")
    rounds = []
    for n in range(words.rounds):
        it = measure(sample, model)
        rounds.append(it)
        ours, theirs = it.chunks / it.ours_s, it.chunks / it.theirs_s
        print(
            f"{n + 1:>5} {it.chunks:>6} {it.texts:>6} {ours:>16.2f} {theirs:>12.2f} {ours / theirs:>6.2f}", flush=True
        )
    ratio = statistics.median(it.theirs_s for it in rounds) / statistics.median(it.ours_s for it in rounds)
    print(json.dumps({"embed_ratio": round(ratio, 3)}))


def measure(sample: Sequence[str], model: SentenceTransformer) -> Round:
    """Ingest the articles into an empty corpus, then embed the same texts bare."""
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as folder:
        file = Path(folder) / "articles.jsonl"
        file.write_text("\n".join(sample) + "\n", "utf-8")
        settings = IngestSettings.load(data_dir=Path(folder) / "data", database_url="", chroma_url="")
        with open_corpus(settings, "bench") as corpus:
            corpus.encoder.encode(["warm"])
            encoder = Listening(corpus.encoder)
            begin = time.perf_counter()
            chunks = ingest(settings, corpus, encoder, file)
            ours_s = time.perf_counter() - begin
    begin = time.perf_counter()
    model.encode(encoder.texts, batch_size=32)
    return Round(chunks, len(encoder.texts), ours_s, time.perf_counter() - begin)


def ingest(settings: IngestSettings, corpus: Corpus, encoder: TextEncoder, file: Path) -> int:
    """Read and index, as `python -m ingest run --once` does; gives the number of chunks."""
    with open_fetcher(settings) as fetcher:
        Registry(corpus.catalogue, fetcher, ParsersHere()).add(str(file), utc_now(), scope=SHARED_SCOPE)
        indexer = Indexer(corpus.catalogue, encoder, corpus.index)
        worker = Worker(corpus.catalogue, make_pipeline(settings, corpus.catalogue, fetcher, ParsersHere()), indexer, 1)
        reports: list[SourceReport] = []
        worker.read_due(once=True, done=reports.append)
        if any(report.error or report.item_errors for report in reports):
            raise SystemExit(f"error: not all articles were read: {reports}")
        return indexer.run()


if __name__ == "__main__":
    main()
