"""The news_qa data for benches: questions with gold evidence, their ingested corpus, and whether a quote shows it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from bot.answering.models import Question, Turn
from bot.settings import BotSettings
from ingest.clock import parse_clock
from ingest.wiring import Corpus, open_corpus

T = TypeVar("T")

_DASHES_AND_QUOTES = str.maketrans(
    {**dict.fromkeys("‘’‚‛′", "'"), **dict.fromkeys("“”„″«»", '"'), **dict.fromkeys("–—‐‑−", "-"), "×": "x"}
    | dict.fromkeys("\u00ad\u200b\ufeff", "")
)
_MARKS = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)|\\(?=[$#_*~\[\]()-])|[*`|]+")
_WORD = re.compile(r"[^\W_]+(?:[.,'][^\W_]+)*%?")
_WINDOW = 2.5
"""A gold evidence is looked for in stretches of the quote so many times its length."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what a good answer quotes or says.

    Attributes:
        gold: evidence passages, any of which is enough; none where the corpus holds no answer.
        facts: words of which a full answer says at least one.
    """

    question: Question
    kind: str
    gold: tuple[str, ...]
    facts: tuple[str, ...]

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        history = tuple(Turn(turn["role"], turn["content"]) for turn in row.get("history") or ())
        question = Question(row["question"], parse_clock(row["asked_at"]), history, id=row["id"])
        gold = tuple(gold["evidence"] for gold in row["gold"]) if row["answerable"] else ()
        return cls(question, row["type"], gold, tuple(row["answer_strings"]))

    def shown_by(self, quotes: Sequence[str]) -> bool:
        """Whether one of the quotes shows one of the gold evidences."""
        return any(overlaps(quote, gold) for quote in quotes for gold in self.gold)

    def said_by(self, text: str) -> bool:
        """Whether the text says one of the facts, in whole words."""
        return any(_says(_norm(text), _norm(fact)) for fact in self.facts)


def load_cases(data: Path) -> list[Case]:
    """All questions of `data/news_qa`."""
    with (data / "news_qa" / "questions.jsonl").open(encoding="utf-8") as lines:
        return [Case.of(json.loads(line)) for line in lines]


def every(cases: Sequence[T], count: int) -> list[T]:
    """At most `count` of the cases, evenly taken, so that every kind is among them."""
    if not 0 < count < len(cases):
        return list(cases)
    return [cases[i * len(cases) // count] for i in range(count)]


@contextmanager
def open_news(data: Path, kept: Path | None) -> Iterator[Corpus]:
    """The ingested articles of `data/news_qa`, in `kept` (made there when missing) or in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        folder = kept or Path(temporary)
        if not (folder / "catalogue.db").exists():
            ingest(data / "news_qa" / "corpus.jsonl", folder)
        with open_corpus(BotSettings.load(data_dir=folder), "bench") as corpus:
            yield corpus


def ingest(source: Path, folder: Path) -> None:
    """Read a file or a folder of articles into a new corpus in `folder`, in processes of their own."""
    for words in (["add", str(source.resolve())], ["run", "--once"]):
        command = [sys.executable, "-m", "ingest", "--data-dir", str(folder), *words]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def overlaps(quote: str, gold: str) -> bool:
    """Whether a quote shows a gold evidence: one holds the other, or half of the gold's words stand there in order."""
    quote, gold = _norm(quote), _norm(gold)
    if not quote:
        return False
    if gold in quote or (len(quote) >= 25 and quote in gold):
        return True
    shown, wanted = _WORD.findall(quote), _WORD.findall(gold)
    need = len(wanted) / 2
    if (Counter(shown) & Counter(wanted)).total() < need:
        return False
    size, step = int(_WINDOW * len(wanted)), max(1, len(wanted) // 2)
    starts = range(0, max(1, len(shown) - size + step), step)
    return any(_common(wanted, shown[start : start + size]) >= need for start in starts)


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        before = 0
        for j, y in enumerate(b, 1):
            held = row[j]
            row[j] = before + 1 if x == y else max(row[j], row[j - 1])
            before = held
    return row[-1]


def _norm(text: str) -> str:
    """One line without case, typography and Markdown."""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES_AND_QUOTES).lower()
    text = _MARKS.sub(lambda match: match[1] or "", text)
    return re.sub(r"\s+", " ", re.sub(r"\s*-\s*", "-", text)).strip(" \"'.…")


def _says(text: str, words: str) -> bool:
    left = r"(?<![\w.,])" if words[:1].isalnum() else ""
    right = r"(?![\w]|[.,]\d)" if words[-1:].isalnum() else ""
    return bool(words) and re.search(left + re.escape(words) + right, text) is not None
