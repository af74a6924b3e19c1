"""What the bound on full-text matches costs and saves in a large corpus.

    python bench/crowded.py --data FOLDER --work DIR

FOLDER holds news_qa2/; DIR holds the corpus of `bench/retrieval_latency.py --work DIR --chunks N`. Its articles, which
are sentences of other news recombined, are the crowd: news_qa2's own articles are read into a copy of it, and its
questions are asked, each with every bound before the next one. A question counts as answered where one of the four
sentences that rank best shows its evidence, as found where one of the ten passages does.

The last line is JSON: for each bound (0: none) the shares, and the milliseconds at the 95th percentile.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from bench.news import Case, every, ingest
from bot.answering.retrieval.rank_sentences import rank_sentences
from bot.answering.retrieval.retrieve import retrieve
from bot.answering.understanding.understand import understand
from bot.settings import BotSettings
from ingest.models import SHARED_SCOPE
from ingest.search import search as search_module
from ingest.search.search import Search
from ingest.wiring import open_corpus

QUOTED = 4
ENDLESS = 10**9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa2/")
    parser.add_argument("--work", type=Path, required=True, help="folder that holds chunks-N")
    parser.add_argument("--chunks", type=int, default=1_000_000, help="N (default: %(default)s)")
    parser.add_argument("--questions", type=int, default=120, help="evenly taken (default: %(default)s)")
    parser.add_argument("--bounds", type=int, nargs="+", default=[search_module.MATCHES, 0], help="0: none")
    arguments = parser.parse_args()
    folder = arguments.work / f"crowded-{arguments.chunks}"
    if not folder.exists():
        shutil.copytree(arguments.work / f"chunks-{arguments.chunks}", folder)
        ingest(arguments.data / "news_qa2" / "corpus.jsonl", folder)
    cases = every([case for case in load(arguments.data / "news_qa2") if case.gold], arguments.questions)
    with open_corpus(BotSettings.load(data_dir=folder), "bench") as corpus:
        report(asked(corpus.search, cases, arguments.bounds))


def load(folder: Path) -> list[Case]:
    """The questions of all parts."""
    files = sorted(folder.glob("questions-*.jsonl"))
    return [Case.of(json.loads(line)) for file in files for line in file.read_text("utf-8").splitlines()]


def asked(search: Search, cases: list[Case], bounds: list[int]) -> dict[int, list[tuple[bool, bool, float]]]:
    """For each bound and case: whether it is found, whether it is answered, and seconds."""
    found: dict[int, list[tuple[bool, bool, float]]] = defaultdict(list)
    for n, case in enumerate([*cases[:3], *cases]):
        for bound in bounds:
            search_module.MATCHES = bound or ENDLESS
            outcome = one(search, case)
            if n >= 3:  # the first ones warm it up
                found[bound].append(outcome)
        if n % 10 == 0:
            print(f"{n} of {len(cases)}", file=sys.stderr, flush=True)
    return found


def one(search: Search, case: Case) -> tuple[bool, bool, float]:
    question, began = case.question, time.perf_counter()
    understood = understand(question)
    found = retrieve(search, understood, clock=question.asked_at, scopes=(SHARED_SCOPE,))
    ranked = rank_sentences(found)
    took = time.perf_counter() - began
    best = [sentence.evidence.text for sentence in ranked[:QUOTED]]
    return case.shown_by([passage.text for passage in found.passages]), case.shown_by(best), took


def report(outcomes: dict[int, list[tuple[bool, bool, float]]]) -> None:
    print(f"{'bound':>10} {'found':>7} {'answered':>9} {'p50 ms':>8} {'p95 ms':>8}")
    figures = {}
    for bound, rows in outcomes.items():
        hits, answered, took = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
        p50, p95 = 1000 * np.quantile(took, [0.5, 0.95])
        print(f"{bound or 'none':>10} {hits.mean():>7.3f} {answered.mean():>9.3f} {p50:>8.1f} {p95:>8.1f}")
        figures[str(bound)] = {
            "found": round(float(hits.mean()), 3),
            "answered": round(float(answered.mean()), 3),
            "p95_ms": round(float(p95), 1),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
