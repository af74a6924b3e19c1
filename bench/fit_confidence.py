"""Fits the weights of `bot.answering.confidence`: `python bench/fit_confidence.py --data FOLDER [--work DIR]`.

FOLDER holds news_qa/. Questions, each with whether the corpus holds an answer at its clock:

- news_qa: its own questions; the odd-numbered ones are for fitting, the even-numbered ones only for the report.
- early: an answerable question of these, asked the day before its first evidence was published. (Not those with a
  time in them: what is newest has an answer on any day.) They count half: some were told before.
- own: confidence_questions.json, written for this purpose by hand: answerable ones, the same asked too early, near
  misses (something real, of which nothing was told) and questions about anything else. All for fitting.
- small: the same over a corpus of the three example.org articles alone, because a small corpus knows few words:
  answerable are the questions that these articles answer. Odd and own ones for fitting, even ones for the report.

The model is a logistic regression on the standardised features, both classes weighing the same; a probability is
therefore one for equally many answerable and unanswerable questions, and the threshold follows from what an error costs
(see `THRESHOLD`). The table shows who is answered at it: of the questions used for fitting each is judged by a model
that did not see it (8 folds; a question and its early twin in one fold). The printed weights are for the raw features.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from bench.news import ingest, load_cases
from bot.answering.confidence import THRESHOLD, Features, features
from bot.answering.kinds import Kind
from bot.answering.models import Question
from bot.answering.rank_sentences import rank_sentences
from bot.answering.retrieve import retrieve
from bot.answering.understand import understand
from bot.settings import BotSettings
from ingest.clock import parse_clock
from ingest.models import SHARED_SCOPE
from ingest.search.search import Search
from ingest.wiring import open_corpus

EARLY_WEIGHT = 0.5
SMALL_WEIGHT = 0.3
FOLDS = 8
OFF_TOPIC_FROM = 11  # un11 to un20 of news_qa and un09 ask for nothing about AI
SMALL_CLOCK = parse_clock("2026-01-31")
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A question at its clock; `base` is shared with its early twin, and `fitted` says what it is used for."""

    group: str
    base: str
    question: Question
    answerable: bool
    fitted: bool

    @property
    def asks(self) -> bool:
        return understand(self.question).kind is Kind.QUESTION

    @property
    def weight(self) -> float:
        return EARLY_WEIGHT if "early" in self.group else SMALL_WEIGHT if self.small else 1.0

    @property
    def small(self) -> bool:
        return self.group.startswith("small")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of the confidence.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--work", type=Path, help="keeps the ingested corpora")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        work = arguments.work or Path(temporary)
        news = ingested(arguments.data / "news_qa" / "corpus.jsonl", work / "news")
        small = ingested(seeds(arguments.data / "news_qa" / "corpus.jsonl", work), work / "small")
        cases = [case for case in [*from_news(arguments.data), *from_own()] if case.asks]
        judged = list(measured(cases, news)) + list(measured(list(over_small(cases, arguments.data)), small))
    report(judged)


def ingested(source: Path, folder: Path) -> Path:
    if not (folder / "catalogue.db").exists():
        ingest(source, folder)
    return folder


def seeds(corpus: Path, work: Path) -> Path:
    """The three example.org articles as a file of their own."""
    work.mkdir(parents=True, exist_ok=True)
    lines = [line for line in corpus.read_text("utf-8").splitlines() if "//example.org/" in json.loads(line)["url"]]
    (work / "small.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return work / "small.jsonl"


def from_news(data: Path) -> Iterator[Case]:
    """The questions of news_qa, and those asked too early."""
    told = first_told(data)
    for case in load_cases(data):
        question = case.question
        name = str(question.id)
        odd = int(name[2:]) % 2 == 1
        off_topic = not case.gold and (int(name[2:]) >= OFF_TOPIC_FROM or name == "un09")
        group = "off_topic" if off_topic else "near_miss" if not case.gold else "news"
        yield Case(group, name, question, bool(case.gold), odd)
        if case.gold:
            yield from too_early(Case("early", name, question, False, odd), told[name])


def first_told(data: Path) -> dict[str, str]:
    """For each answerable question the date of its first evidence."""
    folder = data / "news_qa"
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    dates = {row["url"]: row["published_at"][:10] for row in rows}
    questions = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    return {q["id"]: min(dates[gold["url"]] for gold in q["gold"]) for q in questions if q["gold"]}


def from_own() -> Iterator[Case]:
    """The questions of confidence_questions.json."""
    own: dict[str, list[Any]] = json.loads(Path(__file__).with_name("confidence_questions.json").read_text("utf-8"))
    for n, (text, told, asked_at) in enumerate(own["answerable"]):
        case = Case("own", f"own{n}", Question(text, parse_clock(asked_at)), True, True)
        yield case
        yield from too_early(replace(case, group="own early", answerable=False), told)
    for n, (text, asked_at) in enumerate(own["near_miss"]):
        yield Case("own near_miss", f"near{n}", Question(text, parse_clock(asked_at)), False, True)
    for n, text in enumerate(own["off_topic"]):
        yield Case("own off_topic", f"off{n}", Question(text, parse_clock("2026-06-30")), False, True)


def too_early(case: Case, told: str) -> Iterator[Case]:
    understood = understand(case.question)
    if understood.window is None and not understood.wants_newest:
        yield replace(case, question=replace(case.question, asked_at=parse_clock(told) - timedelta(days=1)))


def over_small(cases: Sequence[Case], data: Path) -> Iterator[Case]:
    """The cases that are not about early, over the three articles; answerable is what was told in 2025."""
    told = first_told(data)
    own = json.loads(Path(__file__).with_name("confidence_questions.json").read_text("utf-8"))["answerable"]
    told |= {f"own{n}": date for n, (_, date, _) in enumerate(own)}
    for case in cases:
        if "early" not in case.group and understand(case.question).window is None:
            answerable = case.answerable and told[case.base] < "2026"
            group = f"small {case.group}" if answerable == case.answerable else "small elsewhere"
            yield replace(
                case, group=group, answerable=answerable, question=replace(case.question, asked_at=SMALL_CLOCK)
            )


def measured(cases: Sequence[Case], folder: Path) -> Iterator[tuple[Case, Features]]:
    """The cases for which the search brings anything, with their features."""
    with open_corpus(BotSettings.load(data_dir=folder), "bench") as corpus:
        for case in cases:
            if found := features_of(corpus.search, case.question):
                yield case, found


def features_of(search: Search, question: Question) -> Features | None:
    found = retrieve(search, understand(question), clock=question.asked_at, scopes=(SHARED_SCOPE,))
    ranked = rank_sentences(found)
    return features(found, ranked) if ranked else None


def report(judged: Sequence[tuple[Case, Features]]) -> None:
    cases = [case for case, _ in judged]
    names = list(asdict(judged[0][1]))
    matrix = np.array([list(asdict(found).values()) for _, found in judged])
    answerable = np.array([case.answerable for case in cases])
    fitted = np.array([case.fitted for case in cases])
    unseen = folded(matrix, cases)
    weights, bias = fit(matrix[fitted], [case for case in cases if case.fitted])
    sure = sigmoid(matrix @ weights + bias)
    auc = {
        "fitted_unseen": auc_of(answerable[fitted], unseen[fitted]),
        "held_out": auc_of(answerable[~fitted], sure[~fitted]),
    }
    for name, weight in zip(names, weights, strict=True):
        print(f"{name:>10} {weight:8.3f}   alone: AUC {auc_of(answerable, matrix[:, names.index(name)]):.3f}")
    print(f"{'bias':>10} {bias:8.3f}\n")
    print(f"{'group':<22} {'used for':<9} {'n':>4} answered")
    for group in dict.fromkeys(case.group for case in cases):
        for use in (True, False):
            mask = np.array([case.group == group and case.fitted == use for case in cases])
            if mask.any():
                values = (unseen if use else sure)[mask]
                print(
                    f"{group:<22} {'fitting' if use else 'report':<9} {mask.sum():>4} {(values >= THRESHOLD).sum():>4}"
                )
    print(json.dumps({f"auc_{name}": round(value, 3) for name, value in auc.items()}))


def fit(matrix: Numbers, cases: Sequence[Case]) -> tuple[Numbers, float]:
    """Weights and bias for the raw features."""
    counts = [case.weight for case in cases]
    scaler = StandardScaler().fit(matrix, sample_weight=counts)
    model = LogisticRegression(class_weight="balanced", max_iter=1000)
    model.fit(scaler.transform(matrix), [case.answerable for case in cases], sample_weight=counts)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def folded(matrix: Numbers, cases: Sequence[Case]) -> Numbers:
    """For each case used for fitting what a model says that has not seen it; NaN for the others."""
    rows = np.array([n for n, case in enumerate(cases) if case.fitted])
    values = np.full(len(cases), np.nan)
    for seen, left in GroupKFold(FOLDS).split(rows, groups=[cases[n].base for n in rows]):
        weights, bias = fit(matrix[rows[seen]], [cases[n] for n in rows[seen]])
        values[rows[left]] = sigmoid(matrix[rows[left]] @ weights + bias)
    return values


def sigmoid(x: Numbers) -> Numbers:
    value: Numbers = 1.0 / (1.0 + np.exp(-x))
    return value


def auc_of(truth: npt.NDArray[np.bool_], value: Numbers) -> float:
    return float(roc_auc_score(truth, value))


if __name__ == "__main__":
    main()
