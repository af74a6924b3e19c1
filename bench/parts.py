"""Questions that ask for two things: `python bench/parts.py --data FOLDER [--corpus FOLDER] [--pairs N]`.

FOLDER holds news_qa/. Its questions are joined by "and": two answerable ones, and an answerable one with one of the
unanswerable ones of news_qa and confidence_questions.json, before or behind it in turn; asked at the later clock of the
two, in quotes mode.

    both, one                of two answerable questions the quotes show the evidence of both, of at least one
    ..._without_parts        the same where the question is not taken apart
    false_remarks            of two answerable questions the note says that something has no source
    told, wrong_part         of one answerable question the note says that the other has no source, or says it of this
    silent                   of one answerable question nothing is answered

All are shares of the pairs. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.news import Case, every, load_cases, open_news
from bot.answering.answerer import Answerer
from bot.answering.findings import Findings, gather
from bot.answering.models import Answer, Question, Status
from bot.answering.understanding.understand import understand
from ingest.clock import parse_clock
from ingest.search.search import Search

OWN = Path(__file__).with_name("confidence_questions.json")
OFF_TOPIC_FROM = 15  # un15 of news_qa and later ones are chat as much as questions


@dataclass(frozen=True)
class Pair:
    """Two questions in one; of `missing` the corpus holds nothing (None: of both it holds something)."""

    first: Case
    second: Case
    missing: Case | None = None

    @property
    def question(self) -> Question:
        one, other = (case.question for case in (self.first, self.second))
        text = f"{one.text.rstrip(' ?.')} and {other.text.rstrip(' ?.')}?"
        return Question(text, max(one.asked_at, other.asked_at))


def answerable_pairs(cases: Sequence[Case]) -> list[Pair]:
    """Each answerable question with one that stands far from it in the list."""
    half = len(cases) // 2
    return [Pair(one, other) for one, other in zip(cases[:half], cases[half:], strict=False)]


def half_answerable_pairs(cases: Sequence[Case], without: Sequence[Case]) -> list[Pair]:
    """Each unanswerable question with an answerable one, before it and behind it in turn."""
    pairs = []
    for n, missing in enumerate(without):
        told = cases[7 * n % len(cases)]
        pairs.append(Pair(missing, told, missing) if n % 2 else Pair(told, missing, missing))
    return pairs


def unanswerable(cases: Sequence[Case]) -> list[Case]:
    rows = json.loads(OWN.read_text("utf-8"))["near_miss"]
    own = [Case(Question(text, parse_clock(at)), "near_miss", (), ()) for text, at in rows]
    return [c for c in cases if not c.gold and int(str(c.question.id)[2:]) < OFF_TOPIC_FROM] + own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--corpus", type=Path, help="folder to keep the ingested articles in, for the next run")
    parser.add_argument("--pairs", type=int, default=0, help="of each kind so many, evenly taken (default: all)")
    parser.add_argument("--show", action="store_true", help="print every pair with its parts and its note")
    words = parser.parse_args()
    cases = [case for case in load_cases(words.data) if not case.question.history]
    told = [case for case in cases if case.gold and " and " not in case.question.text]
    with open_news(words.data, words.corpus) as corpus:
        answerer = Answerer(corpus.catalogue, corpus.search)
        both = [(p, answerer.answer(p.question)) for p in every(answerable_pairs(told), words.pairs)]
        half_told = every(half_answerable_pairs(told, unanswerable(cases)), words.pairs)
        half = [(p, answerer.answer(p.question)) for p in half_told]
        if words.show:
            for pair, answer in (*both, *half):
                show(pair, answer, answerer.search)
        whole = [(p, whole_alone(corpus.search, p.question)) for p, _ in both]
    result = {
        "both": _share([shown(p, [q.text for q in a.quotes]) == 2 for p, a in both]),
        "both_without_parts": _share([shown(p, texts) == 2 for p, texts in whole]),
        "one": _share([shown(p, [q.text for q in a.quotes]) >= 1 for p, a in both]),
        "one_without_parts": _share([shown(p, texts) >= 1 for p, texts in whole]),
        "false_remarks": _share(["no source" in (a.note or "") for _, a in both]),
        "told": _share([tells(p, a) for p, a in half]),
        "wrong_part": _share(["no source" in (a.note or "") and not tells(p, a) for p, a in half]),
        "silent": _share([a.status is not Status.ANSWERED for _, a in half]),
    }
    print(f"{len(both)} pairs of two answerable questions, {len(half)} of one")
    for name, share in result.items():
        print(f"{name:20} {share:.3f}")
    print(json.dumps(result))


def whole_alone(search: Search, question: Question) -> list[str]:
    """The quotes of the question as if it had no parts."""
    findings = gather(search, question, understand(question))
    return [quote.text for quote in Findings(findings.whole).quotes()] if findings.whole.enough else []


def shown(pair: Pair, quotes: Sequence[str]) -> int:
    """Of how many of the two questions the quotes show the evidence."""
    return sum(case.shown_by(quotes) for case in (pair.first, pair.second))


def tells(pair: Pair, answer: Answer) -> bool:
    """Whether the note says that the right part has no source: one of its telling words stands there."""
    assert pair.missing is not None
    other = pair.second if pair.missing is pair.first else pair.first
    _, _, told = (answer.note or "").partition("no source for this part of the question:")
    own = set(pair.missing.question.text.casefold().split()) - set(other.question.text.casefold().split())
    return bool(own & set(told.casefold().replace(".", " ").split()))


def show(pair: Pair, answer: Answer, search: Search) -> None:
    findings = gather(search, pair.question, understand(pair.question))
    print(f"\n{pair.question.text}  [{findings.whole.score:.2f}]  {answer.status}  {answer.note}")
    for part in findings.parts:
        print(f"    {part.score:.2f} {part.found.understood.text}")


def _share(verdicts: Sequence[bool]) -> float:
    return round(sum(verdicts) / len(verdicts), 4) if verdicts else 0.0


if __name__ == "__main__":
    main()
