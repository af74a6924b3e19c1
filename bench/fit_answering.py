"""Fits the confidence of answers: `python bench/fit_answering.py --data FOLDER [--work DIR] [--write]`.

FOLDER holds news_qa/, news_qa2/ and cases/. Questions, each with whether the corpus holds an answer at its clock:

- news_qa and the three parts of news_qa2: their own questions.
- deeds: the names of these asked about what nobody tells of them (`DEEDS`), where no passage that comes up says a word
  of it; also over the small corpora of cases/, because a small corpus knows few words.
  They count a fifth (`DEED_WEIGHT`).
- small: those of news_qa and own over its three oldest articles alone; answerable are the ones that these answer. They
  count three tenths (`SMALL_WEIGHT`).
- own: confidence_questions.json, written by hand: answerable ones, near misses, and questions about anything else.

The model is a logistic regression on the standardised features, both classes weighing the same. Reported is what it
does to each set when it was fitted on the others: evidence shown, answerable ones refused, unanswerable ones answered,
at several thresholds; the deeds used for the report are templates left out too. The weights that are printed, and with
--write put into `bot/answering/retrieval/confidence.py`, are fitted on all of them. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from bench.news import Case, ingest
from bot.answering.findings import Finding, Findings, gather
from bot.answering.models import Question
from bot.answering.retrieval import confidence
from bot.answering.retrieval.coverage import coverage
from bot.answering.understanding.kinds import Kind
from bot.answering.understanding.understand import understand
from bot.settings import BotSettings
from ingest.clock import parse_clock
from ingest.search.search import Search
from ingest.wiring import open_corpus

SETS = {
    "news_qa": ("news_qa", "questions.jsonl"),
    **{f"news_qa2-{n}": ("news_qa2", f"questions-{n}.jsonl") for n in range(3)},
}
SMALL = {"cases": ("news.jsonl", "retractions.jsonl"), "words": ("words.jsonl",)}
DEED_WEIGHT, SMALL_WEIGHT = 0.2, 0.3
SMALL_CLOCK = parse_clock("2026-01-31")
THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
DEEDS = (
    ("Is {} bankrupt?", "Why was {} arrested?", "{} phone number", "How much did {} pay for the yacht?",
     "Did {} win the election?", "Has {} been banned in Norway?"),
    ("Who sued {}?", "Is {} dead?", "When did {} resign?", "Did {} get divorced?", "Where was {} born?",
     "Which airline does {} own?"),
    ("Was {} hacked?", "Who kidnapped {}?", "What did the court decide about {}?", "What is the salary of {}?",
     "Who stole {}?", "Is {} pregnant?"),
)  # fmt: skip
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question that was searched for.

    Attributes:
        group: what it is one of; `base`: the set that it was made from, and is left out with.
        rows: the features of the whole and of each part; the best counts.
        shown: whether the quotes show the evidence, where there is some.
        told: it is answered whatever the features say.
    """

    group: str
    base: str
    answerable: bool
    weight: float
    rows: list[list[float]]
    shown: bool = False
    told: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the confidence of answers.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/, news_qa2/ and cases/")
    parser.add_argument("--work", type=Path, help="keeps the ingested articles")
    parser.add_argument(
        "--write", action="store_true", help="put the weights into bot/answering/retrieval/confidence.py"
    )
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        asked = list(everything(arguments.data, arguments.work or Path(temporary)))
    names = [field for field in confidence.Features.__dataclass_fields__]
    result = {base: left_out(asked, base) for base in SETS}
    weights, bias = fit(asked)
    written = "".join(f'    "{name}": {weight:.3f},\n' for name, weight in zip(names, weights, strict=True))
    print(f"BIAS = {bias:.3f}\n{written}")
    if arguments.write:
        write(bias, written)
    print(json.dumps(result))


def everything(data: Path, work: Path) -> Iterator[Asked]:
    """All questions, searched for."""
    for corpus in ("news_qa", "news_qa2"):
        with open_search([data / corpus / "corpus.jsonl"], work / corpus) as search:
            for base in (base for base, (folder, _) in SETS.items() if folder == corpus):
                yield from of_set(search, data, base)
            if corpus == "news_qa":
                yield from own(search)
    with open_search([seeds(data / "news_qa" / "corpus.jsonl", work)], work / "seeds") as search:
        yield from over_small(search, data)
    for folder, files in SMALL.items():
        with open_search([data / "cases" / name for name in files], work / folder) as search:
            yield from deeds(search, folder, names_in(data / "cases", files), parse_clock("2026-11-28"), 6)


class open_search:  # a context manager, used like `open`
    """The search over files of articles, ingested into a folder where they are not yet."""

    def __init__(self, sources: Sequence[Path], folder: Path) -> None:
        for source in sources if not (folder / "catalogue.db").exists() else ():
            ingest(source, folder)
        self._corpus = open_corpus(BotSettings.load(data_dir=folder), "bench")

    def __enter__(self) -> Search:
        return self._corpus.__enter__().search

    def __exit__(self, *raised: Any) -> None:
        self._corpus.__exit__(*raised)


def of_set(search: Search, data: Path, base: str) -> Iterator[Asked]:
    """The questions of a set, and the untold deeds of what they name."""
    folder, name = SETS[base]
    rows = [json.loads(line) for line in (data / folder / name).read_text("utf-8").splitlines()]
    for row in rows:
        case = Case.of(row)
        yield from searched(search, base, base, case.question, bool(case.gold), 1.0, case)
        understood = understand(case.question)
        if not case.gold or case.question.history:
            continue
        names = [name for name in understood.entities if not any(char.isdigit() for char in name)]
        yield from deeds(search, base, names, case.question.asked_at, 2)


def own(search: Search) -> Iterator[Asked]:
    """The questions of confidence_questions.json."""
    rows: dict[str, list[Any]] = json.loads(Path(__file__).with_name("confidence_questions.json").read_text("utf-8"))
    for text, _, at in rows["answerable"]:
        yield from searched(search, "own", "own", Question(text, parse_clock(at)), True, 1.0)
    for text, at in rows["near_miss"]:
        yield from searched(search, "own near miss", "own", Question(text, parse_clock(at)), False, 1.0)
    for text in rows["off_topic"]:
        yield from searched(search, "off topic", "own", Question(text, parse_clock("2026-06-30")), False, 1.0)


def seeds(corpus: Path, work: Path) -> Path:
    """The three example.org articles as a file of their own."""
    lines = [line for line in corpus.read_text("utf-8").splitlines() if "//example.org/" in json.loads(line)["url"]]
    (work / "seeds.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return work / "seeds.jsonl"


def over_small(search: Search, data: Path) -> Iterator[Asked]:
    """The questions of news_qa and own, over three articles of 2025."""
    folder = data / "news_qa"
    articles = map(json.loads, (folder / "corpus.jsonl").read_text("utf-8").splitlines())
    published = {article["url"]: article["published_at"] for article in articles}
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    cases = [(row["question"], min((published[gold["url"]] for gold in row["gold"]), default="3")) for row in rows]
    mine = json.loads(Path(__file__).with_name("confidence_questions.json").read_text("utf-8"))
    cases += [(text, told) for text, told, _ in mine["answerable"]] + [(text, "3") for text, _ in mine["near_miss"]]
    for text, told in cases:
        question = Question(text, SMALL_CLOCK)
        if understand(question).window is None:
            yield from searched(search, "small", "small", question, told < "2026", SMALL_WEIGHT)


def names_in(folder: Path, files: Sequence[str]) -> list[str]:
    """The names that the titles of some articles hold."""
    lines = [line for name in files for line in (folder / name).read_text("utf-8").splitlines()]
    titles = " . ".join(json.loads(line)["title"] for line in lines)
    return sorted(set(re.findall(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b", titles)))


def deeds(search: Search, base: str, names: Sequence[str], at: Any, each: int) -> Iterator[Asked]:
    """What is told of no name, asked of each of them."""
    for name in names:
        chosen = random.Random(f"{base} {name}").sample(
            [(n, text) for n, row in enumerate(DEEDS) for text in row], each
        )
        for n, text in chosen:
            yield from searched(search, f"deed {n}", base, Question(text.format(name), at), False, DEED_WEIGHT)


def searched(
    search: Search, group: str, base: str, question: Question, answerable: bool, weight: float, case: Case | None = None
) -> Iterator[Asked]:
    """The question with its features; nothing where none is asked, or where a deed is told after all."""
    understood = understand(question)
    if understood.kind is not Kind.QUESTION:
        return
    found = gather(search, question, understood)
    if group.startswith("deed") and is_told(found.whole):
        return
    rows = [
        list(asdict(confidence.features(f.found, f.ranked)).values()) for f in (found.whole, *found.parts) if f.ranked
    ]
    if rows:
        yield Asked(group, base, answerable, weight, rows, _shown(found, case), found.whole.certain)


def _shown(found: Findings, case: Case | None) -> bool:
    return case is not None and case.shown_by([quote.text for quote in found.quotes()])


def is_told(finding: Finding) -> bool:
    """Whether any sentence says a word of the question that is no name."""
    found = finding.found
    other = {term: weight for term, weight in found.weights.items() if term not in found.names}
    return any(coverage(other, sentence.terms, forms=found.forms) > 0 for sentence in finding.ranked)


def fit(asked: Sequence[Asked]) -> tuple[Numbers, float]:
    """Weights and bias for the raw features."""
    matrix, counts = np.array([one.rows[0] for one in asked]), [one.weight for one in asked]
    scaler = StandardScaler().fit(matrix, sample_weight=counts)
    model = LogisticRegression(class_weight="balanced", max_iter=1000)
    model.fit(scaler.transform(matrix), [one.answerable for one in asked], sample_weight=counts)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def left_out(asked: Sequence[Asked], base: str) -> dict[str, Any]:
    """What a model does to a set that was fitted without it, and to deeds of templates that it has not seen."""
    model = fit([one for one in asked if one.base != base and one.group != "deed 2"])
    seen = [(one, sure(one, model)) for one in asked if one.base == base]
    own = [(one, p) for one, p in seen if one.group == base]
    result: dict[str, Any] = {
        "auc": round(float(roc_auc_score([o.answerable for o, _ in own], [p for _, p in own])), 3)
    }
    print(f"{base}: AUC {result['auc']}\n  at  evidence refused answered: unanswerable deeds")
    for threshold in THRESHOLDS:
        line = {
            "evidence": share([p >= threshold and one.shown for one, p in own if one.answerable]),
            "refused": share([p < threshold for one, p in own if one.answerable]),
            "false": share([p >= threshold for one, p in own if not one.answerable]),
            "deeds": share([p >= threshold for one, p in seen if one.group == "deed 2"]),
        }
        print(f"  {threshold:.2f} " + "  ".join(f"{name} {value:.3f}" for name, value in line.items()))
        result[f"{threshold:.2f}"] = line
    return result


def sure(one: Asked, model: tuple[Numbers, float]) -> float:
    """The confidence of a question: that of its best part."""
    weights, bias = model
    return 1.0 if one.told else max(1.0 / (1.0 + float(np.exp(-(np.array(row) @ weights + bias)))) for row in one.rows)


def share(verdicts: Sequence[bool]) -> float:
    return round(sum(verdicts) / len(verdicts), 3) if verdicts else 0.0


def write(bias: float, weights: str) -> None:
    """Put the weights where the bot reads them."""
    path = Path(confidence.__file__)
    code = re.sub(r"(?m)^BIAS = .*$", f"BIAS = {bias:.3f}", path.read_text("utf-8"))
    code = re.sub(r"(?ms)(^WEIGHTS: .*? = \{\n).*?(^\})", lambda match: match[1] + weights + match[2], code)
    path.write_text(code, "utf-8")


if __name__ == "__main__":
    main()
