"""What was found for a question, for each of its parts too, and whether it is enough to answer.

question | retrieve, rank | is it one question? | each part: retrieve, rank | which parts have a source
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, zip_longest
from typing import TypeVar

from bot.answering.compose_quotes import WORTH, pieces_of
from bot.answering.confidence import SURE, THRESHOLD, confidence
from bot.answering.gate.orders import is_order
from bot.answering.models import Question, Quote
from bot.answering.parts import parts_of
from bot.answering.quotes import MAX_QUOTES, Evidence, join_neighbours, make_quote
from bot.answering.rank_sentences import RankedSentence, rank_sentences
from bot.answering.retrieve import PASSAGES, Retrieved, retrieve
from bot.answering.understand import Understood, understand
from ingest.models import Passage
from ingest.search.search import Search

T = TypeVar("T")

BEST_SENTENCES = 8
"""At most so many sentences of a part may answer it."""


@dataclass(frozen=True)
class Finding:
    """What one search brought, down to its sentences, best first.

    Attributes:
        asked: the part of the question that it was made for, in the asker's words.
    """

    asked: str
    found: Retrieved
    ranked: Sequence[RankedSentence]

    @cached_property
    def score(self) -> float:
        return confidence(self.found, self.ranked)

    @property
    def enough(self) -> bool:
        return self.score >= THRESHOLD

    @property
    def best(self) -> Iterator[Evidence]:
        """The sentences that may answer: those that come near the best one."""
        least = WORTH * self.ranked[0].score if self.ranked else 0.0
        yield from (s.evidence for s in self.ranked[:BEST_SENTENCES] if s.score >= least)


@dataclass(frozen=True)
class Findings:
    """What was found for the whole question and for each of its parts; no parts where it asks for one thing."""

    whole: Finding
    parts: tuple[Finding, ...] = ()

    @property
    def understood(self) -> Understood:
        return self.whole.found.understood

    @property
    def enough(self) -> bool:
        """Whether to answer at all: a question of which one part has a source is answered as to that part."""
        return any(finding.enough for finding in (self.whole, *self.parts))

    @property
    def sure(self) -> bool:
        """Whether the sentences are shown even though a language model sees no answer in them."""
        return max(finding.score for finding in self._used) >= SURE

    @property
    def unsourced(self) -> tuple[str, ...]:
        """The parts that would not be answered alone, in the asker's words; none where no part would."""
        missing = tuple(part.asked for part in self.parts if not part.enough)
        return missing if len(missing) < len(self.parts) else ()

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The best passages of all that is used, in turn, each once."""
        in_turn = _in_turn(finding.found.passages for finding in self._used)
        return tuple({passage.chunk_id: passage for passage in in_turn}.values())[:PASSAGES]

    @cached_property
    def ranked(self) -> list[RankedSentence]:
        """The sentences of all that is used, each once, best first."""
        best: dict[tuple[str, int], RankedSentence] = {}
        for sentence in sorted(chain(*(f.ranked for f in self._used)), key=lambda sentence: -sentence.score):
            best.setdefault((sentence.evidence.passage.chunk_id, sentence.evidence.first), sentence)
        return list(best.values())

    def quotes(self) -> tuple[Quote, ...]:
        """The best sentences of each part in turn, as quotes."""
        several = self.understood.wants_several
        pieces = join_neighbours(_in_turn(pieces_of(finding.ranked, several=several) for finding in self._used))
        return tuple(make_quote(n, piece) for n, piece in enumerate(_apart(pieces)[:MAX_QUOTES], 1))

    def left_out(self, quotes: Sequence[Quote]) -> list[Evidence]:
        """For each part that has a source and of which none of its best sentences is quoted: its best piece."""
        parts = [part for part in self.parts if part.enough]
        missed = [part for part in parts if not any(_quoted(piece, quotes) for piece in part.best)]
        return [pieces_of(part.ranked, several=False, limit=1)[0] for part in missed]

    @property
    def _used(self) -> tuple[Finding, ...]:
        """What the answer is made of: the whole, and the parts, as far as they have a source."""
        return tuple(finding for finding in (self.whole, *self.parts) if finding.enough) or (self.whole,)


def gather(search: Search, question: Question, understood: Understood) -> Findings:
    """Search for a question, and for each of its parts where it has some."""
    parts = (_find(search, p.asked, p.question, understand(p.question)) for p in parts_of(question, understood))
    return Findings(_find(search, question.text, question, understood), tuple(parts))


def _find(search: Search, asked: str, question: Question, understood: Understood) -> Finding:
    found = retrieve(search, understood, clock=question.asked_at, scopes=question.scopes)
    ranked = [sentence for sentence in rank_sentences(found) if not is_order(sentence.evidence.text)]
    return Finding(asked, found, ranked)


def _in_turn(rows: Iterable[Sequence[T]]) -> list[T]:
    """The first of each row, the second of each, and so on."""
    return [item for items in zip_longest(*rows) for item in items if item is not None]


def _apart(pieces: Sequence[Evidence]) -> list[Evidence]:
    """Without those that share a sentence with an earlier one."""
    kept: list[Evidence] = []
    for piece in pieces:
        if not any(_overlap(piece, other) for other in kept):
            kept.append(piece)
    return kept


def _quoted(piece: Evidence, quotes: Sequence[Quote]) -> bool:
    start, end = piece.span
    return any(
        quote.article.id == piece.passage.article.id and start < quote.end and quote.start < end for quote in quotes
    )


def _overlap(one: Evidence, other: Evidence) -> bool:
    same = one.passage.chunk_id == other.passage.chunk_id
    return same and one.first <= other.last and other.first <= one.last
