"""Reported as wrong, and asked again: `python -m bot reports --jsonl | python bench/reported.py --data-dir FOLDER`

FOLDER is the data folder of the reports, whose index nobody else holds. Each question is asked at the time of its
report and in its scope, in quotes mode, or with --base-url and --model by a language model. `shown again` says how many
of the quotes that were reported are shown still. Who knows what would have been right fills in `gold` in the lines
before, `[{"evidence": "words of the article"}]`; then `gold` says whether a quote shows it, and the last line, one JSON
object, how often.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.news import Case
from bot.answering.answerer import Answerer
from bot.answering.models import Answer
from bot.contract import scopes_of
from bot.llm.openai_model import OpenAIModel
from bot.settings import BotSettings
from ingest.wiring import open_corpus


@dataclass(frozen=True)
class Asked:
    """A reported case and its answer of today."""

    case: Case
    reported: Sequence[dict[str, Any]]
    answer: Answer

    @property
    def shown_again(self) -> int:
        """How many of the reported quotes still stand in the answer."""
        now = [(quote.article.id, quote.start, quote.end) for quote in self.answer.quotes]
        then = ((quote["article"]["id"], quote["start"], quote["end"]) for quote in self.reported)
        return sum(any(a == b and start < e and s < end for b, s, e in now) for a, start, end in then)

    @property
    def gold(self) -> bool | None:
        """Whether a quote shows what somebody filled in; None where nobody did."""
        return self.case.shown_by([quote.text for quote in self.answer.quotes]) if self.case.gold else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True, help="the data folder of the reports")
    parser.add_argument("--base-url", default="", help="an OpenAI-compatible server, up to and with /v1")
    parser.add_argument("--model", default="", help="the model's name there; without it, quotes mode")
    parser.add_argument("--api-key", default="")
    words = parser.parse_args()
    rows = [json.loads(line) for line in sys.stdin if line.strip()]
    model = OpenAIModel(words.model, api_key=words.api_key, base_url=words.base_url) if words.model else None
    with open_corpus(BotSettings.load(data_dir=words.data_dir), "bench") as corpus:
        answerer = Answerer(corpus.catalogue, corpus.search, model)
        asked = [ask(answerer, row) for row in rows]
    print("case           answer       shown again  gold  question")
    for one in asked:
        shown = f"{one.shown_again} of {len(one.reported)}"
        gold = {None: "?", True: "yes", False: "no"}[one.gold]
        question = one.case.question
        print(f"{question.id!s:14} {one.answer.status:12} {shown:12} {gold:5} {question.text}")
    known = [one.gold for one in asked if one.gold is not None]
    recall = round(sum(known) / len(known), 4) if known else None
    print(json.dumps({"cases": len(asked), "with_gold": len(known), "evidence_recall": recall}))


def ask(answerer: Answerer, row: dict[str, Any]) -> Asked:
    case = Case.of(row)
    question = replace(case.question, scopes=scopes_of(row["scope"]))
    return Asked(case, row["reported"]["quotes"], answerer.answer(question))


if __name__ == "__main__":
    main()
