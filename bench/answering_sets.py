"""The questions that answers are fitted on, each with whether the corpus holds an answer at its clock.

- news_qa and the three parts of news_qa2: their own questions.
- deeds: the names of these asked about what nobody tells of them (`DEEDS`), where no passage that comes up says a word
  of it; also over the small corpora of cases/, because a small corpus knows few words.
  They count a fifth (`DEED_WEIGHT`).
- pairs: two names that no passage brings together, asked about a deed between them (`PAIRS`); they count a fifth too.
- small: those of news_qa and own over its three oldest articles alone; answerable are the ones that these answer. They
  count a tenth (`SMALL_WEIGHT`).
- own: confidence_questions.json, written by hand: answerable ones, near misses, and questions about anything else.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.news import Case, ingest
from bot.answering.findings import Finding, Findings, gather
from bot.answering.models import Question
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
DEED_WEIGHT, SMALL_WEIGHT = 0.2, 0.1
SMALL_CLOCK = parse_clock("2026-01-31")
DEEDS = (
    ("Is {} bankrupt?", "Why was {} arrested?", "{} phone number", "How much did {} pay for the yacht?",
     "Did {} win the election?", "Has {} been banned in Norway?"),
    ("Who sued {}?", "Is {} dead?", "When did {} resign?", "Did {} get divorced?", "Where was {} born?",
     "Which airline does {} own?"),
    ("Was {} hacked?", "Who kidnapped {}?", "What did the court decide about {}?", "What is the salary of {}?",
     "Who stole {}?", "Is {} pregnant?"),
)  # fmt: skip
PAIRS = (
    ("Did {} buy {}?", "Is {} suing {}?", "Does {} work with {}?"),
    ("Did {} invest in {}?", "Has {} merged with {}?", "Is {} hiring people from {}?"),
    ("Will {} license technology to {}?", "Did {} accuse {}?", "Is {} faster than {}?"),
)
PAIRS_OF_A_SET = 60


@dataclass(frozen=True)
class Asked:
    """A question that was searched for.

    Attributes:
        group: what it is one of; `base`: the set that it was made from, and is left out with.
        found: what the search brought.
        case: its gold evidence, where it has some.
    """

    group: str
    base: str
    answerable: bool
    weight: float
    found: Findings
    case: Case | None = None


def everything(data: Path, work: Path, reader: str = "") -> Iterator[Asked]:
    """All questions, searched for; `reader` is a RERANK_MODEL."""
    for corpus in ("news_qa", "news_qa2"):
        with open_search([data / corpus / "corpus.jsonl"], work / corpus, reader) as search:
            for base in (base for base, (folder, _) in SETS.items() if folder == corpus):
                yield from of_set(search, data, base)
            if corpus == "news_qa":
                yield from own(search)
    with open_search([seeds(data / "news_qa" / "corpus.jsonl", work)], work / "seeds", reader) as search:
        yield from over_small(search, data)
    for folder, files in SMALL.items():
        with open_search([data / "cases" / name for name in files], work / folder, reader) as search:
            yield from deeds(search, folder, names_in(data / "cases", files), parse_clock("2026-11-28"), 6)


class open_search:  # a context manager, used like `open`
    """The search over files of articles, ingested into a folder where they are not yet."""

    def __init__(self, sources: Sequence[Path], folder: Path, reader: str = "") -> None:
        for source in sources if not (folder / "catalogue.db").exists() else ():
            ingest(source, folder)
        self._corpus = open_corpus(BotSettings.load(data_dir=folder, rerank_model=reader), "bench")

    def __enter__(self) -> Search:
        return self._corpus.__enter__().search

    def __exit__(self, *raised: Any) -> None:
        self._corpus.__exit__(*raised)


def of_set(search: Search, data: Path, base: str) -> Iterator[Asked]:
    """The questions of a set, and the untold deeds of what they name."""
    folder, name = SETS[base]
    named: list[str] = []
    rows = [json.loads(line) for line in (data / folder / name).read_text("utf-8").splitlines()]
    for row in rows:
        case = Case.of(row)
        yield from searched(search, base, base, case.question, bool(case.gold), 1.0, case)
        understood = understand(case.question)
        if not case.gold or case.question.history:
            continue
        names = [name for name in understood.entities if not any(char.isdigit() for char in name)]
        named += names
        yield from deeds(search, base, names, case.question.asked_at, 2)
    yield from pairs(search, base, sorted(set(named)), parse_clock(rows[0]["asked_at"]))


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


def pairs(search: Search, base: str, names: Sequence[str], at: Any) -> Iterator[Asked]:
    """A deed between two names of a set, asked where no passage brings them together."""
    chance = random.Random(base)
    for _ in range(PAIRS_OF_A_SET):
        n = chance.randrange(len(PAIRS))
        text = chance.choice(PAIRS[n]).format(*chance.sample(names, 2))
        yield from searched(search, f"pair {n}", base, Question(text, at), False, DEED_WEIGHT)


def searched(
    search: Search, group: str, base: str, question: Question, answerable: bool, weight: float, case: Case | None = None
) -> Iterator[Asked]:
    """The question with its features; nothing where none is asked, or where a deed is told after all."""
    understood = understand(question)
    if understood.kind is not Kind.QUESTION:
        return
    found = gather(search, question, understood)
    told = {"deed": is_told, "pair": are_together}.get(group.split()[0])
    if found.whole.ranked and not (told and told(found.whole)):
        yield Asked(group, base, answerable, weight, found, case)


def is_told(finding: Finding) -> bool:
    """Whether any sentence says a word of the question that is no name."""
    found = finding.found
    other = {term: weight for term, weight in found.weights.items() if term not in found.names}
    return any(coverage(other, sentence.terms, forms=found.forms) > 0 for sentence in finding.ranked)


def are_together(finding: Finding) -> bool:
    """Whether a passage says all names of the question, or the question was not read as one of two names."""
    names = {term: 1.0 for term in finding.found.names}
    said: dict[str, frozenset[str]] = {}
    for sentence in finding.ranked:
        chunk = sentence.evidence.passage.chunk_id
        said[chunk] = said.get(chunk, frozenset()) | sentence.terms
    return len(names) < 2 or any(coverage(names, terms, forms=finding.found.forms) >= 1.0 for terms in said.values())
