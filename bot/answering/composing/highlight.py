"""The words of a quote that answer: the amount, number, date or name that is asked for. Pure."""

from __future__ import annotations

import re

from bot.answering.retrieval.answer_type_match import found_in
from bot.answering.retrieval.rank_sentences import RankedSentence
from bot.answering.understanding.kinds import AnswerType
from ingest.models import Span


def highlight(question: str, wanted: AnswerType, best: RankedSentence) -> Span | None:
    """Where in its article the best sentence of a quote answers; None if that is unclear.

    What the question already says is not an answer; of several candidates, the one closest behind the question's words.
    """
    text, start = best.evidence.text, best.evidence.span.start
    asked = question.casefold()
    spans = [span for span in found_in(text, wanted) if text[span.start : span.end].casefold() not in asked]
    if not spans:
        return None
    words = [match for match in re.finditer(r"\w{3,}", text) if match[0].casefold() in asked]
    nearest = min(spans, key=lambda span: _distance(span, words))
    return Span(start + nearest.start, start + nearest.end)


def _distance(span: Span, words: list[re.Match[str]]) -> float:
    """How far the question's words stand from the span, in characters; those behind it count double."""
    gaps = (span.start - w.end() if w.end() <= span.start else 2 * (w.start() - span.end) for w in words)
    near = sorted(max(gap, 0) for gap in gaps)[:3]
    return sum(near) / len(near) if near else float(span.start)
