"""Answers and retrieval on news_qa: `python bench/news_qa.py --data FOLDER [--work DIR] [--ablation] [--sets ...]`.

With --typos two neighbouring letters of one word of each question are swapped first.

FOLDER holds news_qa/. The corpus is ingested, every question is asked (`bot ask --jsonl`) and searched (`bot search
--jsonl`) through the public command line in quotes mode; the folder's evaluate.py scores both and prints its tables.

--ablation shows what each part is worth: added to the ones above it, and taken from the whole; the sentences of the ten
best passages are quoted whatever the confidence. The last line is JSON, one line for each of --sets.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bench.news import Case, ingest, load_cases
from bot.answering.composing.compose_quotes import compose_quotes
from bot.answering.retrieval import coverage
from bot.answering.retrieval.rank_sentences import rank_sentences
from bot.answering.retrieval.retrieve import retrieve
from bot.answering.understanding.kinds import AnswerType
from bot.answering.understanding.understand import Understood, understand
from bot.lexicon import synonyms
from bot.settings import BotSettings
from ingest.models import SHARED_SCOPE
from ingest.search.fusion import Fusion
from ingest.search.search import Search
from ingest.wiring import Corpus, open_corpus

KINDS = ("temporal", "multi_article", "follow_up")
SETS = {
    "news_qa": ("news_qa", "questions.jsonl"),
    **{f"news_qa2-{n}": ("news_qa2", f"questions-{n}.jsonl") for n in range(3)},
}
HITS = 10


@dataclass(frozen=True)
class Parts:
    """What of the retrieval is in use."""

    fusion: Fusion
    words: bool = False
    recency: bool = False
    windows: bool = False
    rewriting: bool = False
    sentences: bool = False


DENSE = Parts(Fusion(1.0, 0.0, 0.0))
LEXICAL = Parts(Fusion(0.0, 0.0, 1.0))
FUSED = Parts(Fusion(0.5, 0.0, 0.5))
BEST_SENTENCE = Parts(Fusion())
WORDS = replace(BEST_SENTENCE, words=True)
RECENCY = replace(WORDS, recency=True)
WINDOWS = replace(RECENCY, windows=True)
REWRITING = replace(WINDOWS, rewriting=True)
EVERYTHING = replace(REWRITING, sentences=True)
ABLATION = {
    "dense": DENSE,
    "lexical": LEXICAL,
    "fused": FUSED,
    "+ best sentence": BEST_SENTENCE,
    "+ synonyms, spelling": WORDS,
    "+ recency": RECENCY,
    "+ windows": WINDOWS,
    "+ rewriting": REWRITING,
    "+ kind of answer, several": EVERYTHING,
    "all but best sentence": replace(EVERYTHING, fusion=FUSED.fusion),
    "all but synonyms, spelling": replace(EVERYTHING, words=False),
    "all but recency": replace(EVERYTHING, recency=False),
    "all but windows": replace(EVERYTHING, windows=False),
    "all but rewriting": replace(EVERYTHING, rewriting=False),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure answers and retrieval on news_qa.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--work", type=Path, help="keeps the ingested articles")
    parser.add_argument("--ablation", action="store_true", help="also show what each part is worth")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["news_qa"], help="which questions, e.g. news_qa2-0")
    parser.add_argument("--typos", action="store_true", help="swap two letters of each question first")
    arguments = parser.parse_args()
    lines: list[str] = []
    with TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        for name in arguments.sets:
            corpus, questions = SETS[name]
            data, kept = arguments.data / corpus, arguments.work or Path(temporary)
            folder = kept / ("news" if corpus == "news_qa" else corpus)
            if not (folder / "catalogue.db").exists():
                ingest(data / "corpus.jsonl", folder)
            if arguments.typos:
                questions = misspelt(data / questions, Path(temporary))
            answers = evaluated("ask", arguments.data, data, questions, folder, Path(temporary))
            hits = evaluated("search", arguments.data, data, questions, folder, Path(temporary))
            if arguments.ablation and name == "news_qa":
                with open_corpus(BotSettings.load(data_dir=folder), "bench") as opened:
                    ablation(opened, [case for case in load_cases(arguments.data) if case.gold])
            told = figures if name == "news_qa" else figures_by_kind
            lines.append(
                json.dumps(({} if name == "news_qa" else {"set": name}) | told(answers["answers"], hits["retrieval"]))
            )
    print("\n".join(lines))


def misspelt(questions: Path, folder: Path) -> str:
    """The path of a copy of the questions, each with two letters swapped in one word of six letters or more."""
    rows = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    for row in rows:
        words = [word for word in re.finditer(r"[^\W\d_]{6,}", row["question"])]
        if words:
            chance = random.Random(row["id"])
            start, end = chance.choice(words).span()
            at = chance.randrange(start + 1, end - 1)
            text = row["question"]
            row["question"] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    written = folder / f"misspelt-{questions.name}"
    written.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(written)


def evaluated(command: str, root: Path, data: Path, questions: str, folder: Path, results: Path) -> dict[str, Any]:
    """Run every question through the command line; print what evaluate.py says, and return its numbers."""
    answers, numbers = results / f"{command}.jsonl", results / f"{command}.json"
    with (data / questions).open(encoding="utf-8") as asked, answers.open("w", encoding="utf-8") as lines:
        line = [sys.executable, "-m", "bot", "--data-dir", str(folder.resolve()), command, "--jsonl"]
        subprocess.run(line, stdin=asked, stdout=lines, env=without_model(), cwd=results, check=True)
    line = [sys.executable, str(root / "news_qa" / "evaluate.py"), str(answers), "--fails", "--json", str(numbers)]
    line += ["--questions", str(data / questions), "--corpus", str(data / "corpus.jsonl")]
    subprocess.run(line, check=True)
    found: dict[str, Any] = json.loads(numbers.read_text("utf-8"))
    return found


def figures_by_kind(answers: dict[str, Any], retrieval: dict[str, Any]) -> dict[str, Any]:
    """Evidence by kind, one standard error of all, and how many were refused or answered wrongly."""
    by_kind, everything = answers["by_type"], answers["by_type"]["ALL answerable"]
    recall, hits = everything["evidence"] / everything["n"], retrieval["by_type"]["ALL answerable"]
    kinds = {
        kind: round(row["evidence"] / row["n"], 3) for kind, row in by_kind.items() if row.get("evidence") is not None
    }
    return {
        "evidence_recall": round(recall, 4),
        "standard_error": round((recall * (1 - recall) / everything["n"]) ** 0.5, 4),
        "hit10": round(hits["overlap@10"] / hits["n"], 4),
        "false_answers": len(answers["fails"].get("answered an unanswerable", [])),
        "false_abstentions": everything["n"] - everything["answered"],
        "kinds": kinds,
    }


def without_model() -> dict[str, str]:
    """This environment without a setting that changes answers."""
    settings = {name.upper() for name in BotSettings.model_fields} - {"MODEL_CACHE"}
    return {name: value for name, value in os.environ.items() if name.upper() not in settings}


def figures(answers: dict[str, Any], retrieval: dict[str, Any]) -> dict[str, float]:
    by_kind, everything = answers["by_type"], answers["by_type"]["ALL answerable"]
    wrong = [int(name[2:]) for name in answers["fails"].get("answered an unanswerable", [])]
    off_topic = sum(number >= 11 or number == 9 for number in wrong)  # the data's own order; un09 asks for a QR code
    found = {"evidence_recall": everything["evidence"] / everything["n"]}
    found |= {kind: by_kind[kind]["evidence"] / by_kind[kind]["n"] for kind in KINDS}
    hits = retrieval["by_type"]["ALL answerable"]
    found["hit10"] = hits["overlap@10"] / hits["n"]
    counts = {"false_answers_offtopic": off_topic, "false_answers_nearmiss": len(wrong) - off_topic}
    refused = {"false_abstentions": everything["n"] - everything["answered"]}
    return {name: round(value, 4) for name, value in found.items()} | counts | refused


def ablation(corpus: Corpus, cases: Sequence[Case]) -> None:
    columns = ["all", "odd", "even", *dict.fromkeys(case.kind for case in cases)]
    print("\nRetrieval by overlap, and evidence recall without abstention, all in %\n")
    print(f"{'':<28}{'Hit@10':>8}{'MRR':>6}" + "".join(f"{name[:9]:>10}" for name in columns))
    for name, parts in ABLATION.items():
        shown, ranks = {}, []
        for case in cases:
            passages, quotes = answered(corpus, case, parts)
            shown[case.question.id] = case.shown_by(quotes)
            ranks.append(next((1 / n for n, passage in enumerate(passages, 1) if case.shown_by([passage])), 0.0))
        hits, mrr = share([rank > 0 for rank in ranks]), 100 * sum(ranks) / len(ranks)
        shares = [share([shown[case.question.id] for case in cases if belongs(case, column)]) for column in columns]
        print(f"{name:<28}{hits:>8.0f}{mrr:>6.1f}" + "".join(f"{value:>10.0f}" for value in shares), flush=True)


def belongs(case: Case, column: str) -> bool:
    odd = int(str(case.question.id)[2:]) % 2 == 1
    return column == "all" or (odd if column == "odd" else not odd if column == "even" else case.kind == column)


def share(values: Sequence[bool]) -> float:
    return 100.0 * sum(values) / len(values)


def answered(corpus: Corpus, case: Case, parts: Parts) -> tuple[list[str], list[str]]:
    """The texts of the ten best passages and of the quotes."""
    understood = read(case, parts)
    search = Search(corpus.catalogue, corpus.encoder, corpus.index, parts.fusion)
    with nothing() if parts.words else without_synonyms():
        found = retrieve(search, understood, clock=case.question.asked_at, scopes=(SHARED_SCOPE,), k=HITS)
        quotes = compose_quotes(rank_sentences(found), several=understood.wants_several)
    return [passage.text for passage in found.passages], [quote.text for quote in quotes]


def read(case: Case, parts: Parts) -> Understood:
    """The question as these parts understand it."""
    asked = case.question if parts.rewriting else replace(case.question, history=())
    understood = understand(asked)
    if not parts.windows:
        understood = replace(understood, window=None, search_text=understood.text)
    if not parts.recency:
        understood = replace(understood, wants_newest=False)
    if not parts.words:
        understood = replace(understood, entities=())
    if not parts.sentences:
        understood = replace(understood, wants_several=False, answer_type=AnswerType.OPEN)
    return understood


@contextmanager
def without_synonyms() -> Iterator[None]:
    with patch.object(synonyms, "SHARE", 0.0), patch.object(coverage, "SYNONYM", 0.0):
        yield


@contextmanager
def nothing() -> Iterator[None]:
    yield


if __name__ == "__main__":
    main()
