"""Sentences of a passage become a quote: whole neighbouring sentences, copied, at a readable length.

A quote is at most `MAX_QUOTE_CHARS` long, or one single sentence (which the segmenter ends at 1,000).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answering.links import quote_link
from bot.answering.models import Quote
from ingest.models import Passage, Span
from ingest.text.segment import sections

MAX_QUOTES = 4
MAX_QUOTE_CHARS = 400
CONTEXT_CHARS = 900
"""A quote with the sentences around it, for who wants to know what it was torn from."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The sentences `first` to `last` (both included) of a passage."""

    passage: Passage
    first: int
    last: int

    @property
    def span(self) -> Span:
        """The span of the sentences in the article."""
        return Span(self.passage.sentences[self.first].start, self.passage.sentences[self.last].end)

    @property
    def text(self) -> str:
        """The article's own text of that span."""
        offset = self.passage.span.start
        return self.passage.text[self.span.start - offset : self.span.end - offset]

    @property
    def quotable(self) -> bool:
        """Whether a quote may be this long."""
        return self.first == self.last or self.span.end - self.span.start <= MAX_QUOTE_CHARS

    def joined(self, other: Evidence) -> Evidence | None:
        """One piece of evidence that covers both, or None if they are apart or too long together."""
        if self.passage.chunk_id != other.passage.chunk_id:
            return None
        if other.first > self.last + 1 or self.first > other.last + 1:
            return None
        union = Evidence(self.passage, min(self.first, other.first), max(self.last, other.last))
        return union if union.quotable or self.covers(other) or other.covers(self) else None

    def covers(self, other: Evidence) -> bool:
        """Whether the other's sentences are all among these."""
        same_chunk = self.passage.chunk_id == other.passage.chunk_id
        return same_chunk and self.first <= other.first and other.last <= self.last


def join_neighbours(pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Joins neighbouring and duplicate pieces if the length allows it; keeps the order of first mention."""
    joined: list[Evidence] = []
    for piece in pieces:
        merged = piece
        position = len(joined)
        for i in range(len(joined) - 1, -1, -1):
            union = joined[i].joined(merged)
            if union is not None:
                merged, position = union, i
                del joined[i]
        joined.insert(position, merged)
    return tuple(joined)


def make_quote(n: int, evidence: Evidence) -> Quote:
    """Quote number `n`, copied out of the passage, with a link that opens the article there."""
    start, end = evidence.span
    article = evidence.passage.article
    text = evidence.text
    return Quote(n, text, start, end, article, quote_link(article.url, text))


def in_context(text: str, span: Span) -> Span:
    """A quote's span with the neighbouring sentences of its section, as many as `CONTEXT_CHARS` take."""
    for section in sections(text):
        inside = [n for n, (start, end) in enumerate(section.sentences) if start < span.end and span.start < end]
        if inside:
            return _widened(section.sentences, inside[0], inside[-1])
    return span


def _widened(sentences: Sequence[Span], first: int, last: int) -> Span:
    """The sentences `first` to `last` with those around them, one before and one after in turn."""
    grew = True
    while grew:
        grew = False
        for one, other in ((first - 1, last), (first, last + 1)):
            if one >= 0 and other < len(sentences) and sentences[other].end - sentences[one].start <= CONTEXT_CHARS:
                grew = grew or (one, other) != (first, last)
                first, last = one, other
    return Span(sentences[first].start, sentences[last].end)
