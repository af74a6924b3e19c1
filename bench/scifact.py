"""Retrieval on BEIR SciFact against BM25 and the bare encoder: `python bench/scifact.py --data FOLDER [--work DIR]`.

FOLDER holds scifact/ (5,183 abstracts, 300 test claims). Everything in one run:

- bm25: our BM25 over whole documents (title and text), our terms.
- dense: the bare encoder over whole documents (title and text, cut at its token limit), by cosine.
- verbatim: the documents ingested as articles through the command line, each claim searched by `retrieve` as a question
  is, but for the window of time (a year in a claim dates no document; these have no dates); a document's rank is that
  of its best chunk. The rows below it mix otherwise.

nDCG@10 and recall at 100 with binary gains, as BEIR counts them; the pool of our search holds 100 chunks from each way
in, so it is not made for recall at 100. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from bench.news import ingest
from bot.answering.models import Question
from bot.answering.retrieval.retrieve import retrieve
from bot.answering.understanding.understand import understand
from bot.settings import BotSettings
from ingest.embedding.encoders import Encoder
from ingest.models import SHARED_SCOPE
from ingest.search.fusion import Fusion, bm25, idf
from ingest.search.search import Search
from ingest.text.words import content_terms, terms
from ingest.wiring import Corpus, open_corpus

DEPTH = 100
CLOCK = datetime(2100, 1, 1, tzinfo=UTC)
FUSIONS = {
    "verbatim": Fusion(),
    "  chunk and words, half each": Fusion(0.5, 0.0, 0.5),
    "  sentence and words, half each": Fusion(0.0, 0.5, 0.5),
    "  words .4": Fusion(0.25, 0.35, 0.4),
    "  words .6": Fusion(0.15, 0.25, 0.6),
    "  words alone": Fusion(0.0, 0.0, 1.0),
    "  chunk alone": Fusion(1.0, 0.0, 0.0),
    "  sentence alone": Fusion(0.0, 1.0, 0.0),
}
Rank = Callable[[str], list[str]]
"""From a claim to the ids of documents, best first."""
Texts = Mapping[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure retrieval on SciFact.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds scifact/")
    parser.add_argument("--work", type=Path, help="keeps the ingested documents and their vectors")
    arguments = parser.parse_args()
    data = arguments.data / "scifact"
    documents = {row["_id"]: f"{row['title']}. {row['text']}" for row in rows(data / "corpus.jsonl")}
    claims = {row["_id"]: row["text"] for row in rows(data / "queries.jsonl")}
    relevant = judgements(data / "qrels" / "test.tsv")
    with TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        work = arguments.work or Path(temporary)
        with open_corpus(BotSettings.load(data_dir=ingested(data, work)), "bench") as corpus:
            ways: dict[str, Rank] = {"bm25": lexical(documents), "dense": dense(documents, corpus.encoder, work)}
            ways |= {name: searched(corpus, fusion) for name, fusion in FUSIONS.items()}
            print(f"{'':<32} {'nDCG@10':>8} {'R@100':>7}")
            found = {name: measured(name, rank, claims, relevant) for name, rank in ways.items()}
    best = {"ndcg10": "verbatim", "bm25": "bm25", "dense": "dense"}
    print(json.dumps({key: round(found[name], 4) for key, name in best.items()}))


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def judgements(path: Path) -> dict[str, set[str]]:
    """For each claim its relevant documents."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines()[1:]:
        claim, document, score = line.split("\t")
        if int(score) > 0:
            found[claim].add(document)
    return found


def ingested(data: Path, work: Path) -> Path:
    """The documents as a corpus in `work`, made there when missing."""
    folder = work / "scifact"
    if not (folder / "catalogue.db").exists():
        work.mkdir(parents=True, exist_ok=True)
        articles = work / "scifact.jsonl"
        with articles.open("w", encoding="utf-8") as file:
            for row in rows(data / "corpus.jsonl"):
                url = f"https://scifact.example/{row['_id']}"
                file.write(json.dumps({"url": url, "title": row["title"], "source": "SciFact", "text": row["text"]}))
                file.write("\n")
        ingest(articles, folder)
    return folder


def searched(corpus: Corpus, fusion: Fusion) -> Rank:
    search = Search(corpus.catalogue, corpus.encoder, corpus.index, fusion)

    def rank(claim: str) -> list[str]:
        understood = replace(understand(Question(claim, CLOCK)), window=None, search_text=claim)
        passages = retrieve(search, understood, clock=CLOCK, scopes=(SHARED_SCOPE,), k=DEPTH).passages
        return list(dict.fromkeys(str(passage.article.url).rpartition("/")[2] for passage in passages))

    return rank


def lexical(documents: Texts) -> Rank:
    postings: dict[str, list[str]] = defaultdict(list)
    kept = {name: terms(text) for name, text in documents.items()}
    for name, words in kept.items():
        for term in set(words):
            postings[term].append(name)
    mean = sum(map(len, kept.values())) / len(kept)

    def rank(claim: str) -> list[str]:
        said = content_terms(claim)
        weights = {term: idf(len(postings.get(term, ())), len(kept)) for term in said}
        held = dict.fromkeys(name for term in said for name in postings.get(term, ()))
        return [name for name, _ in Counter({n: bm25(kept[n], weights, mean) for n in held}).most_common(DEPTH)]

    return rank


def dense(documents: Texts, encoder: Encoder, work: Path) -> Rank:
    names = list(documents)
    vectors = encoded(documents, encoder, work / "scifact-documents.npy")

    def rank(claim: str) -> list[str]:
        scores = vectors @ encoder.encode_query(claim)
        return [names[n] for n in np.argsort(-scores)[:DEPTH]]

    return rank


def encoded(documents: Texts, encoder: Encoder, kept: Path) -> npt.NDArray[np.float32]:
    """(documents, d): each document's vector."""
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, encoder.encode(list(documents.values())))
    found: npt.NDArray[np.float32] = np.load(kept)
    return found


def measured(name: str, rank: Rank, claims: Texts, relevant: Mapping[str, set[str]]) -> float:
    """Print and return the mean nDCG@10."""
    found = {claim: rank(claims[claim]) for claim in relevant}
    ndcg = [ndcg10(found[claim], wanted) for claim, wanted in relevant.items()]
    recall = [len(wanted.intersection(found[claim][:DEPTH])) / len(wanted) for claim, wanted in relevant.items()]
    print(f"{name:<32} {sum(ndcg) / len(ndcg):>8.4f} {sum(recall) / len(recall):>7.3f}", flush=True)
    return sum(ndcg) / len(ndcg)


def ndcg10(found: Sequence[str], wanted: set[str]) -> float:
    gain = sum(1.0 / math.log2(n + 2) for n, name in enumerate(found[:10]) if name in wanted)
    return gain / sum(1.0 / math.log2(n + 2) for n in range(min(10, len(wanted))))


if __name__ == "__main__":
    main()
