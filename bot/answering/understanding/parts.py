"""Splits a question that asks for more than one thing into questions that ask for one each. By rules, no model. Pure.

    "what does Opus 4.8 cost and who founded Anthropic?"  two clauses
    "how much did Baseten and Cognition raise?"           two subjects
    "what are the price and the license of Gemma 4?"      two sides of a thing

A later clause is read as a follow-up to the first ("and when was it released?"), by the rules of `conversation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.answering.models import Question, Turn
from bot.answering.understanding.understand import Understood
from ingest.models import Span
from ingest.text.words import content_terms

MOST_PARTS = 3

_ASKS = (
    r"how|what|who|whom|whose|when|where|why|which|did|does|do|is|are|was|were|has|have|can|will"
    r"|wie|wer|wann|wo|warum|welche\w*|qué|quién|cuándo|cuánto|combien|quand|qui"
)
_CLAUSE = re.compile(rf"(?:\?\s+|[,;]?\s+(?:and|&|und|y|et)\s+)(?=(?:{_ASKS})\b)", re.IGNORECASE)
_AND = re.compile(
    r"\s*(?:,?\s*(?:and|&|und|y|et)|,)\s+(?:(?:of|for|in|by|from|with|von|de)\s+)?(?:the\s+|its\s+)?", re.IGNORECASE
)
# Words that two subjects share: without the other one the question would be another one.
_JOINT = re.compile(
    r"\bbetween\b|\btogether\b|\bmerge\w*|\bpartner\w*|\bdeals?\b|\bagree\w*|\bteam(?:ed|ing)? up\b|\bdiffer\w*|\bvs\b"
    r"|\bcompar\w+|\bversus\b|\beach other\b|\bboth\b|\beither\b|\bcollaborat\w+|\brelat\w+|\bthan\b|\bjoint\w*",
    re.IGNORECASE,
)
_SIDES = (
    r"(?:api )?pric(?:e|ing)|costs?|licen[cs]es?|(?:parameter )?(?:size|count)|parameters|context (?:window|length)"
    r"|benchmarks?(?: scores?)?|speed|throughput|latency|valuation|revenue|investors|founders?|ceo|weights|architecture"
    r"|hardware requirements|memory (?:requirements|footprint)|release date|availability|funding|training data|authors?"
    r"|limits?|rate limits"
)
_ASKED_CHARS = 80
_UNSAYABLE = re.compile(r"[^\w .,+'’&$€£%/?-]+")
_SIDE = re.compile(rf"\b(?:{_SIDES})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked.

    Attributes:
        asked: the asker's own words for it, fit for a note: short, and without marks that could be mark-up.
        question: the same as a separate question; what a later clause leaves out is in its history.
    """

    asked: str
    question: Question


def parts_of(question: Question, understood: Understood) -> tuple[Part, ...]:
    """What is asked, two to `MOST_PARTS` parts; () if it asks for one thing or that is unclear."""
    alone = replace(question, text=understood.text, history=())
    for split in (_clauses, _subjects, _sides):
        parts = tuple(split(alone, understood))
        if 1 < len(parts) <= MOST_PARTS:
            return parts
    return ()


def _clauses(question: Question, _: Understood) -> Iterator[Part]:
    """Questions in a row; a bare "and why?" belongs to the one before it."""
    clauses = [clause.strip(" ,;") for clause in _CLAUSE.split(question.text)]
    if not all(content_terms(clause) for clause in clauses):
        return
    for n, clause in enumerate(clauses):
        history = (Turn("user", clauses[0]),) if n else ()
        yield Part(_sayable(clause), replace(question, text=clause, history=history))


def _subjects(question: Question, understood: Understood) -> Iterator[Part]:
    """The question once for each of the names that stand in a row."""
    text = question.text
    if _JOINT.search(text):
        return
    spans = [Span(at, at + len(name)) for name in understood.entities if (at := text.find(name)) >= 0]
    yield from _each(question, _row(text, spans))


def _sides(question: Question, _: Understood) -> Iterator[Part]:
    """The question once for each of the sides that stand in a row."""
    yield from _each(question, _row(question.text, [Span(*match.span()) for match in _SIDE.finditer(question.text)]))


def _each(question: Question, row: list[Span]) -> Iterator[Part]:
    text = question.text
    for span in row:
        one = text[: row[0].start] + text[span.start : span.end] + text[row[-1].end :]
        yield Part(_sayable(text[span.start : span.end]), replace(question, text=one))


def _row(text: str, spans: list[Span]) -> list[Span]:
    """The first two or more neighbours with nothing but "and" or a comma between them."""
    row: list[Span] = []
    for before, behind in pairwise(sorted(spans)):
        if _AND.fullmatch(text[before.end : behind.start]):
            row = [*(row or [before]), behind]
        elif row:
            break
    return row


def _sayable(words: str) -> str:
    plain = " ".join(_UNSAYABLE.sub(" ", words).split()).rstrip(" ?!.,")
    return plain if len(plain) <= _ASKED_CHARS else f"{plain[:_ASKED_CHARS].rsplit(' ', 1)[0]} ..."
