"""How well the gate tells true statements from false ones: `python bench/gate.py --data FOLDER` (it holds news_qa/).

Every case is a statement, its quote (the gold evidence of a question, widened to whole sentences of its article) and
the article's card, as they stand at the gate when a language model has pointed at that sentence.

True statements, none a mere copy of its evidence:
- written by hand (gate_material.json: one or two for every third question), and
- built by rules from the evidence: its main clause, clauses in another order, other forms of a number ("$65B", "65
  billion dollars"; "46x", "46 times"; "61%", "61 percent"; digits and words), other verbs and nouns ("raised",
  "secured"), passive voice, hyphens and possessives undone (two to four rules each, of which some do not apply), half
  of them behind "According to ..." or the date of publication.

Falsified statements, each made from a true one by one change:
- numbers: another value, another scale, another month;
- names: a company, person or product by another of its kind, a version by another version (from lists of their own,
  whatever the gate takes for a name);
- other: negated, denial dropped, hedge dropped, made up (a true statement under another question's quote), mixed (its
  first half with the second half of a statement about another article).

A case counts as caught when the gate names any problem; a false alarm is a true statement with a problem that refuses
it (a dropped hedge is given back by code, see `compose_model`, and shows as "mended"). The gate's rules were corrected
with this data in view; its list of common words was counted on this corpus. The last line is one JSON object of shares.
"""

from __future__ import annotations

import argparse
import calendar
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import bench  # noqa: F401 - finds the packages of the repository
from bot.answering.checking.verify import Problem, Support, verify
from ingest.models import ArticleCard

MATERIAL: dict[str, Any] = json.loads(Path(__file__).with_name("gate_material.json").read_text("utf-8"))
HEDGES = re.compile(r"\b(?:reportedly|apparently|allegedly|may|claims?|claiming|expected to|up to)\s", re.IGNORECASE)
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = tuple(calendar.month_name)[1:]
GROUPS = ("true", "number", "name", "other")
Rule = Callable[["Case"], str]


@dataclass(frozen=True)
class Case:
    """A statement at the gate; `kind` is "true" or how it was falsified."""

    question_id: str
    kind: str
    statement: str
    quote: str
    card: ArticleCard

    def problems(self) -> list[Problem]:
        return verify(self.statement, Support((self.quote,), (self.card,)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the gate on true and falsified statements.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--show", action="store_true", help="print the cases it got wrong")
    arguments = parser.parse_args()
    evidence = list(load(arguments.data / "news_qa"))
    cases = true_cases(evidence, random.Random(7))
    cases += false_cases(cases, random.Random(11))
    print(json.dumps(report(cases, show=arguments.show)))


def load(folder: Path) -> Iterator[Case]:
    """The gold evidence as cases whose statement is a copy, with the sentences around it as quote."""
    articles = {row["url"]: row for row in _rows(folder / "corpus.jsonl")}
    for question in _rows(folder / "questions.jsonl"):
        for gold in question["gold"] if question["answerable"] else []:
            article = articles[gold["url"]]
            quote = _sentences_around(article["text"], gold["evidence"])
            if quote and len(gold["evidence"].split()) >= 6 and "\n" not in gold["evidence"]:
                statement = gold["evidence"].replace("\\$", "$").replace("*", "").replace("@", "").strip(" .") + "."
                yield Case(question["id"], "copy", statement, quote, _card(article))


def true_cases(evidence: Sequence[Case], rng: random.Random) -> list[Case]:
    """Hand-written paraphrases, and up to three built ones for each piece of evidence."""
    cases = []
    for question_id, statements in MATERIAL["paraphrases"].items():
        own = [case for case in evidence if case.question_id == question_id]
        whole = replace(own[0], quote=" ".join(list(dict.fromkeys(case.quote for case in own))[:4]))
        cases += [replace(whole, kind="true, by hand", statement=statement) for statement in statements]
    for case in evidence:
        built = {_by_rules(case, rng) for _ in range(4)} - {case.statement}
        cases += [replace(case, kind="true, by rule", statement=s) for s in sorted(built)[:3] if s not in case.quote]
    return cases


def _by_rules(case: Case, rng: random.Random) -> str:
    for rule in rng.sample(REWRITES, rng.randint(2, 4)):
        case = replace(case, statement=rule(case) or case.statement)
    case = replace(case, statement=case.statement[0].upper() + case.statement[1:])
    return rng.choice(FRONTS)(case) or case.statement


def _main_clause(case: Case) -> str:
    clause = re.split(r"[,;:—] |, (?:and|with|plus) | — ", case.statement)[0].strip(" .")
    return f"{clause}." if len(clause.split()) >= 5 and not HEDGES.search(case.statement[len(clause) :]) else ""


def _other_order(case: Case) -> str:
    match = re.fullmatch(
        r"(\S.{20,}?)(?:, | — |; )((?:with|led|built|from|up|and|including|plus)\b.{10,})\.", case.statement
    )
    return f"{match[2].removeprefix('and ')}: {match[1]}." if match else ""


def _attributed(case: Case) -> str:
    return f"According to {case.card.source}, {case.statement}"


def _dated(case: Case) -> str:
    at = case.card.published_at
    return f"As reported on {at.day} {at:%B} {at.year}, {case.statement}" if at else ""


def _number_forms(case: Case) -> str:
    text = case.statement
    for pattern, form in MATERIAL["number_forms"]:
        text = re.sub(pattern, form, text)
    small = r"(?<=[a-z] )([2-9]) (?=[a-z]{3,})(?!(?:percent|times|billion|million))"
    return re.sub(small, lambda m: WORDS[int(m[1])] + " ", text)


def _other_verbs(case: Case) -> str:
    words: dict[str, str] = MATERIAL["words"]
    return re.sub(rf"\b(?:{'|'.join(words)})\b", lambda m: words[m[0]], case.statement)


def _passive(case: Case) -> str:
    subject, verb = r"(?!They|It|We)([A-Z]\w+(?: [A-Z]\w+)?)", r"(launched|released|announced|introduced|shipped)"
    match = re.match(subject + " " + verb + r" ([^,.:;—]{10,80})(?=[,:;—]|\.(?!\d))", case.statement)
    return f"{match[3]} was {match[2]} by {match[1]}{case.statement[match.end() :]}" if match else ""


def _spelling(case: Case) -> str:
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", case.statement)
    return re.sub(r"\b([A-Z][a-z]+)['’]s (\w+)(?![\w-])", r"the \2 of \1", text)


REWRITES: list[Rule] = [_main_clause, _other_order, _number_forms, _other_verbs, _passive, _spelling]
FRONTS: list[Rule] = [_attributed, _dated, lambda case: case.statement, lambda case: case.statement]


def false_cases(cases: Sequence[Case], rng: random.Random) -> list[Case]:
    """Each true statement falsified in every way that applies to it."""
    ways: dict[str, Callable[[Case], str]] = {
        "number: value": lambda c: _other_value(c.statement, rng),
        "number: scale": lambda c: _other_scale(c.statement),
        "number: date": lambda c: _other_date(c.statement, rng),
        "name: company": lambda c: _swapped(c.statement, MATERIAL["companies"], rng),
        "name: person": lambda c: _swapped(c.statement, MATERIAL["people"], rng),
        "name: product": lambda c: _swapped(c.statement, MATERIAL["products"], rng),
        "name: version": lambda c: _other_version(c.statement, rng),
        "other: negated": lambda c: _negated(c.statement),
        "other: denial dropped": lambda c: re.sub(r"\b(?:not|no|without) ", "", c.statement, count=1),
        "other: hedge dropped": lambda c: HEDGES.sub("", c.statement, count=1),
        "other: made up": lambda c: _foreign(c, cases, rng),
        "other: mixed": lambda c: _mixed(c, cases, rng),
    }
    false = []
    for kind, falsify in ways.items():
        changed = ((case, falsify(case)) for case in cases)
        made = [replace(case, kind=kind, statement=text) for case, text in changed if text and text != case.statement]
        false += rng.sample(made, min(len(made), 60))
    return false


def _other_value(text: str, rng: random.Random) -> str:
    """Change one digit of one number that is no part of a name or a date."""
    month = "|".join(MONTHS)
    taken = rf"(?:{month}|[A-Z]\w*) $"
    numbers = [
        m for m in re.finditer(r"(?<![\w.,-])\d[\d.,]*(?<![.,])", text) if not re.search(taken, text[: m.start()])
    ]
    numbers = [m for m in numbers if not re.match(rf" (?:{month})", text[m.end() :])]
    if not numbers:
        return ""
    match = rng.choice(numbers)
    at = rng.choice([i for i in range(match.start(), match.end()) if text[i].isdigit()])
    digit = rng.choice([d for d in "123456789" if d != text[at]])
    return text[:at] + digit + text[at + 1 :]


def _other_scale(text: str) -> str:
    for old, new in MATERIAL["scales"]:
        if re.search(old, text):
            return re.sub(old, new, text, count=1)
    return ""


def _other_date(text: str, rng: random.Random) -> str:
    month = rng.choice(MONTHS)
    return re.sub(rf"\b(?:{'|'.join(MONTHS)})\b", month, text, count=1)


def _swapped(text: str, names: Sequence[str], rng: random.Random) -> str:
    present = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
    if not present:
        return ""
    old = rng.choice(present)
    return re.sub(rf"\b{re.escape(old)}\b", rng.choice([n for n in names if n not in present]), text)


def _other_version(text: str, rng: random.Random) -> str:
    family = r"GPT|Grok|Opus|Sonnet|Gemma|Gemini|Fable|Mythos|Nemotron|GLM|K|M|Qwen|EAGLE|v|DeepSeek V|Colossus|Claude"
    matches = list(re.finditer(rf"\b((?:{family})[- ]?)(\d+)((?:\.\d+)?)\b", text))
    if not matches:
        return ""
    match = rng.choice(matches)
    if match[3]:
        changed = f"{match[2]}.{int(match[3][1:]) + rng.choice((1, 2, 3))}"
    else:
        changed = str(int(match[2]) + rng.choice((1, 2, 3)))
    return text[: match.start(2)] + changed + text[match.end() :]


def _negated(text: str) -> str:
    if re.search(r"\b(?:not|no|without|never)\b", text):
        return ""
    text, times = re.subn(r"\b(is|was|are|has|have|can|could|will)\b (?!not)", r"\1 not ", text, count=1)
    if times:
        return text
    verbs = "launched|released|announced|raised|acquired|introduced|led|grew|joined|fell"
    return re.sub(rf"\b({verbs})\b", r"never \1", text, count=1)


def _foreign(case: Case, cases: Sequence[Case], rng: random.Random) -> str:
    return rng.choice([c.statement for c in cases if c.card.id != case.card.id and c.question_id != case.question_id])


def _mixed(case: Case, cases: Sequence[Case], rng: random.Random) -> str:
    other = _foreign(case, cases, rng).split()
    own = case.statement.split()
    return " ".join(own[: len(own) // 2] + other[len(other) // 2 :])


def report(cases: Sequence[Case], *, show: bool) -> dict[str, float]:
    """Print the table; the shares that count."""
    refused: dict[str, list[bool]] = defaultdict(list)
    mended = 0
    for case in cases:
        problems = case.problems()
        is_true = case.kind.startswith("true")
        wrong = any(not p.mendable for p in problems) if is_true else bool(problems)
        mended += is_true and bool(problems) and not wrong
        refused[case.kind].append(wrong)
        if show and wrong is is_true:
            found = [(p.kind.value, p.found) for p in problems]
            print(f"{case.kind}: {case.statement}\n    quote: {case.quote}\n    {found}")
    print(f"{'kind':24} {'cases':>5} {'refused':>8}")
    for kind, verdicts in refused.items():
        print(f"{kind:24} {len(verdicts):5} {_share(verdicts):8.3f}")
    group = {name: [v for kind in refused if kind.startswith(name) for v in refused[kind]] for name in GROUPS}
    falsified = sum(len(verdicts) for name, verdicts in group.items() if name != "true")
    print(f"true {len(group['true'])} (mended {mended}), falsified {falsified}")
    names = {"number": "caught_numbers", "name": "caught_names", "other": "caught_other", "true": "false_alarms"}
    return {name: _share(group[prefix]) for prefix, name in names.items()}


def _share(verdicts: Sequence[bool]) -> float:
    return round(sum(verdicts) / len(verdicts), 4) if verdicts else 0.0


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _card(article: dict[str, Any]) -> ArticleCard:
    published = datetime.fromisoformat(article["published_at"]) if article.get("published_at") else None
    return ArticleCard(article["url"], article["url"], article["title"], article["source"], None, published, 1)


def _sentences_around(text: str, evidence: str) -> str:
    """The evidence, widened to the ends of its sentences within its line."""
    at = text.find(evidence)
    if at < 0:
        return ""
    end = at + len(evidence)
    starts = [m.end() for m in re.finditer(r"\n|[.!?]\s+(?=[A-Z@“\"])", text[:at])]
    behind = re.search(r"\n|(?<=[.!?])\s+(?=[A-Z@“\"])", text[end - 1 :])
    return text[starts[-1] if starts else 0 : end - 1 + behind.start() if behind else len(text)].strip()


if __name__ == "__main__":
    main()
