"""What answers are worth on news_qa: in quotes mode, and with a language model where a server is given.

    python bench/answers.py --data FOLDER [--corpus FOLDER] [--questions N] [--base-url URL --model NAME]

FOLDER holds news_qa/. Every question is asked at its own clock. `evidence` is the share of answerable questions of
which a quote shows the gold evidence, `fact` of which the answer or a quote says one of the expected words, `refused`
the share of answerable questions without an answer, `false` the share of unanswerable ones with one. A quote is not
verbatim when it is not what stands at its offsets in the stored article. With a model also: answers of its own, the
statements that it wrote, that were kept and that were dropped, and the notes. The last line is one JSON object; "model"
is in it where a model was asked.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.news import Case, every, load_cases, open_news
from bot.answering.answerer import Answerer
from bot.answering.composing.reply import parse_reply
from bot.answering.models import Answer, Mode, Status
from bot.llm.language_model import Completion, JsonSchema, LanguageModel, Message, Usage
from bot.llm.openai_model import OpenAIModel
from ingest.catalogue import Catalogue


class Overheard:
    """A language model whose replies are counted on their way."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.written = 0
        self.rounds = 0
        self.usage = Usage()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None,
        max_tokens: int,
        timeout_s: float,
        heard: Callable[[str], None] | None = None,
    ) -> Completion:
        completion = self._model.complete(messages, schema=schema, max_tokens=max_tokens, timeout_s=timeout_s)
        self.rounds += 1
        self.written += len(parse_reply(completion.content).drafts)
        self.usage += completion.usage
        return completion


@dataclass
class Outcome:
    """The answers of one mode."""

    name: str
    answerable: list[tuple[Case, Answer]] = field(default_factory=list)
    unanswerable: list[tuple[Case, Answer]] = field(default_factory=list)
    not_verbatim: int = 0

    def add(self, case: Case, answer: Answer, catalogue: Catalogue) -> None:
        (self.answerable if case.gold else self.unanswerable).append((case, answer))
        for quote in answer.quotes:
            article = catalogue.articles.show(quote.article.id, quote.article.version)
            self.not_verbatim += article is None or article.text[quote.start : quote.end] != quote.text

    @property
    def answers(self) -> list[Answer]:
        return [answer for _, answer in (*self.answerable, *self.unanswerable)]

    def shares(self) -> dict[str, float]:
        shown = [(case, [q.text for q in answer.quotes], answer) for case, answer in self.answerable]
        return {
            "evidence_recall": _share([case.shown_by(quotes) for case, quotes, _ in shown]),
            "false_answers": _share([answer.status is Status.ANSWERED for _, answer in self.unanswerable]),
            "not_verbatim": self.not_verbatim,
            "fact": _share([case.said_by("\n".join([a.text, *quotes])) for case, quotes, a in shown if a.quotes]),
            "refused": _share([answer.status is not Status.ANSWERED for _, _, answer in shown]),
        }

    def show(self) -> None:
        shares, answers = self.shares(), self.answers
        times = sorted(answer.timings_ms["total"] for answer in answers)
        notes = sum(answer.note is not None for answer in answers)
        late = times[int(0.95 * (len(times) - 1))]
        print(
            f"{self.name:8} {len(answers):5} {shares['evidence_recall']:8.3f} {shares['fact']:6.3f} "
            f"{shares['refused']:7.3f} {shares['false_answers']:6.3f} {self.not_verbatim:8} "
            f"{sum(len(a.quotes) for a in answers):6} {notes:5} {statistics.median(times):7.0f} {late:7.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--corpus", type=Path, help="folder to keep the ingested articles in, for the next run")
    parser.add_argument("--questions", type=int, default=0, help="ask so many, evenly taken (default: all)")
    parser.add_argument("--base-url", default="", help="an OpenAI-compatible server, up to and with /v1")
    parser.add_argument("--model", default="", help="the model's name there; without it, quotes mode alone")
    parser.add_argument("--api-key", default="")
    parser.add_argument("--timeout", type=float, default=600.0, help="longest wait for the model, in seconds")
    words = parser.parse_args()
    cases = every(load_cases(words.data), words.questions)
    with open_news(words.data, words.corpus) as corpus:
        answerer = Answerer(corpus.catalogue, corpus.search)
        quotes = run("quotes", answerer, cases)
        result: dict[str, Any] = quotes.shares()
        outcomes = [quotes]
        if words.model:
            overheard = Overheard(OpenAIModel(words.model, api_key=words.api_key, base_url=words.base_url))
            modelled = run("model", Answerer(corpus.catalogue, corpus.search, overheard, words.timeout), cases)
            if not overheard.rounds:
                raise SystemExit(f"error: the language model never answered: {words.base_url}")
            outcomes.append(modelled)
            result["model"] = modelled.shares() | kept_and_dropped(modelled, overheard)
    print("mode     asked evidence   fact refused  false not_verb quotes notes  p50_ms  p95_ms")
    for outcome in outcomes:
        outcome.show()
    if words.model:
        print(f"of the model: {json.dumps(result['model'])}")
        print(f"notes: {dict(Counter(a.note for a in modelled.answers if a.note).most_common(12))}")
    print(json.dumps(result))


def run(name: str, answerer: Answerer, cases: Sequence[Case]) -> Outcome:
    """Answer every question, one line of progress each on stderr."""
    outcome = Outcome(name)
    answerer.retrieve(cases[0].question, k=1)  # what loads at first use is not the answer's time
    for case in cases:
        answer = answerer.answer(case.question)
        outcome.add(case, answer, answerer.catalogue)
        print(name, case.question.id, answer.status, answer.mode, answer.timings_ms["total"], file=sys.stderr)
    return outcome


def kept_and_dropped(outcome: Outcome, overheard: Overheard) -> dict[str, float]:
    """What became of the model's statements."""
    own = [answer for answer in outcome.answers if answer.mode is Mode.MODEL]
    kept = sum(len(answer.statements) for answer in own)
    said = [(case, answer) for case, answer in outcome.answerable if answer.mode is Mode.MODEL]
    return {
        "own_answers": len(own),
        "fact_in_own_statements": _share([case.said_by(answer.text) for case, answer in said]),
        "written": overheard.written,
        "kept": kept,
        "dropped": overheard.written - kept,
        "rounds": overheard.rounds,
        "prompt_tokens": overheard.usage.prompt_tokens,
        "reply_tokens": overheard.usage.completion_tokens,
    }


def _share(verdicts: Sequence[bool]) -> float:
    return round(sum(verdicts) / len(verdicts), 4) if verdicts else 0.0


if __name__ == "__main__":
    main()
