"""Which form of evidence a language model should be asked for: sentence numbers, copied words, or both; and whether
it should first say if there is an answer (`found`).

    python bench/prompt_forms.py --data FOLDER --base-url URL --model NAME [--questions 20] [--corpus FOLDER]

Each form answers the same questions over the same three passages, of which one holds the gold evidence, in one round
without repair. "both" is the product's prompt; the others change its rules and its schema and nothing else. A
statement counts as kept when it passed the gate; `evidence` is the number of questions of which a quote shows the gold
evidence, `fact` of which a kept statement says the answer. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.news import Case, every, load_cases, open_news, overlaps
from bot.answering.answerer import Answerer
from bot.answering.composing.compose_model import compose
from bot.answering.composing.prompt import EVIDENCE_EXAMPLE, EVIDENCE_RULE, NOTHING
from bot.llm.language_model import Completion, JsonSchema, LanguageModel, Message
from bot.llm.openai_model import OpenAIModel
from ingest.errors import LanguageModelError
from ingest.models import Passage

PASSAGES = 3
DEPTH = 20
FOUND_NOTHING = '{"found": false, "statements": []}'
NUMBERS_RULE = "- For each statement give the numbers of the sentences that say it (1 to 3 numbers)."
NUMBERS_EXAMPLE = '"evidence": [7]'
WORDS_RULE = 'copy, as "words", 5 to 25 words exactly as they stand in the sentence that says it.'
WORDS_EXAMPLE = '"words": "Acme was reportedly bought by Foo for $2B"'


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked for: the rule, the example, the fields of a statement, and whether `found` comes first."""

    rule: str
    example: str
    fields: tuple[str, ...]
    found: bool = False

    def system(self, product: str) -> str:
        """The product's system message, asking for this form."""
        text = product.replace(EVIDENCE_RULE, self.rule).replace(EVIDENCE_EXAMPLE, self.example)
        if self.found:
            text = text.replace(NOTHING, FOUND_NOTHING).replace('{"statements": [{', '{"found": true, "statements": [{')
        return text

    @property
    def schema(self) -> JsonSchema:
        item = _object({"text": {"type": "string"}} | {name: TYPES[name] for name in self.fields})
        statements = {"statements": {"type": "array", "items": item}}
        return _object({"found": {"type": "boolean"}} | statements if self.found else statements)


TYPES = {"evidence": {"type": "array", "items": {"type": "integer"}}, "words": {"type": "string"}}
FORMS = {
    "found, numbers": Form(NUMBERS_RULE, NUMBERS_EXAMPLE, ("evidence",), found=True),
    "numbers": Form(NUMBERS_RULE, NUMBERS_EXAMPLE, ("evidence",)),
    "words": Form(f"- For each statement {WORDS_RULE}", WORDS_EXAMPLE, ("words",)),
    "both": Form(EVIDENCE_RULE, EVIDENCE_EXAMPLE, ("evidence", "words")),
}


class AskingFor:
    """A model asked for another form of evidence, once: a repair round fails."""

    def __init__(self, model: LanguageModel, form: Form) -> None:
        self._model, self._form = model, form
        self.replies: list[Completion] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None,
        max_tokens: int,
        timeout_s: float,
        heard: Callable[[str], None] | None = None,
    ) -> Completion:
        if any(message.role == "assistant" for message in messages):
            raise LanguageModelError("no repair", "-", "one round is measured")
        changed = [replace(messages[0], content=self._form.system(messages[0].content)), *messages[1:]]
        reply = self._model.complete(changed, schema=self._form.schema, max_tokens=max_tokens, timeout_s=timeout_s)
        self.replies.append(reply)
        return reply


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False
    }  # fmt: skip


@dataclass
class Tally:
    """Sums over the questions of one form."""

    asked: int = 0
    answered: int = 0
    evidence: int = 0
    fact: int = 0
    kept: int = 0
    dropped: int = 0
    cut: int = 0
    reply_tokens: int = 0
    seconds: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, case: Case, passages: Sequence[Passage], model: LanguageModel, form: Form) -> None:
        asking = AskingFor(model, form)
        begin = time.perf_counter()
        composed = compose(
            asking, case.question.text, passages, asked_at=case.question.asked_at, timeout_s=600, max_tokens=300
        )
        self.seconds += time.perf_counter() - begin
        self.asked += 1
        self.answered += bool(composed.statements)
        self.evidence += case.shown_by([quote.text for quote in composed.quotes])
        self.fact += case.said_by(" ".join(statement.text for statement in composed.statements))
        self.kept += len(composed.statements)
        self.dropped += len(composed.dropped)
        self.reasons += composed.dropped
        self.cut += any(reply.truncated for reply in asking.replies)
        self.reply_tokens += composed.usage.completion_tokens

    def row(self, form: str) -> str:
        return (
            f"{form:14} {self.asked:5} {self.answered:8} {self.evidence:8} {self.fact:5} {self.kept:5} "
            f"{self.dropped:7} {self.cut:4} {self.reply_tokens / self.asked:7.0f} {self.seconds / self.asked:7.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--base-url", required=True, help="an OpenAI-compatible server, up to and with /v1")
    parser.add_argument("--model", required=True)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--corpus", type=Path, help="folder to keep the ingested articles in")
    words = parser.parse_args()
    model = OpenAIModel(words.model, base_url=words.base_url)
    tallies = {form: Tally() for form in FORMS}
    with open_news(words.data, words.corpus) as corpus:
        answerer = Answerer(corpus.catalogue, corpus.search)
        cases = [(case, passages) for case in load_cases(words.data) if (passages := _passages(answerer, case))]
        for case, passages in every(cases, words.questions):
            for form, tally in tallies.items():
                tally.add(case, passages, model, FORMS[form])
                print(f"{case.question.id} {tally.row(form)}", file=sys.stderr, flush=True)
    print("form           asked answered evidence  fact  kept dropped  cut  tokens seconds")
    for form, tally in tallies.items():
        print(tally.row(form))
        print(f"               dropped for: {', '.join(tally.reasons) or 'nothing'}")
    print(json.dumps({form: {"evidence": t.evidence, "fact": t.fact, "asked": t.asked} for form, t in tallies.items()}))


def _passages(answerer: Answerer, case: Case) -> list[Passage]:
    """The best passages, one of them with gold evidence; none where it was not found."""
    if not case.gold or case.question.history:
        return []
    passages = answerer.retrieve(case.question, k=DEPTH)[1].passages
    golden = next((p for p in passages if any(overlaps(p.text, gold) for gold in case.gold)), None)
    if golden is None:
        return []
    best = list(passages[:PASSAGES])
    return best if golden in best else [*best[:-1], golden]


if __name__ == "__main__":
    main()
