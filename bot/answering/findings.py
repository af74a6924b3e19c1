"""What was found for a question and each of its parts, and whether it is enough for an answer.

question | retrieve, rank | is it one question? | each part: retrieve, rank | which parts have a source
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, zip_longest
from typing import TypeVar

from bot.answering.composing.compose_quotes import WORTH, pieces_of
from bot.answering.composing.highlight import highlight
from bot.answering.models import Question, Quote, Turn
from bot.answering.quotes import MAX_QUOTES, Evidence, join_neighbours, make_quote
from bot.answering.remarks.refutations import takes_back, with_what_takes_back
from bot.answering.retrieval.confidence import HOPELESS, SURE, THRESHOLD, confidence
from bot.answering.retrieval.ignorable_terms import asks_nothing
from bot.answering.retrieval.publishers import SAYING, publisher_in
from bot.answering.retrieval.rank_sentences import RankedSentence, beginnings, rank_sentences
from bot.answering.retrieval.reading import read
from bot.answering.retrieval.retrieve import PASSAGES, Retrieved, retrieve
from bot.answering.understanding.parts import parts_of
from bot.answering.understanding.understand import Understood, understand
from bot.lexicon.orders import is_order
from ingest.models import Passage
from ingest.search.search import Search
from ingest.text.words import content_terms

T = TypeVar("T")

MANY = 4 * PASSAGES
"""How many passages are searched for those of one publisher or article."""
BEST_SENTENCES = 8
"""At most this many sentences may answer a part."""


@dataclass(frozen=True)
class Finding:
    """The result of one search, down to its sentences, best first.

    Attributes:
        asked: the part of the question that was searched for, in the asker's words.
        certain: it is what was asked for, whatever its score: the beginning of a linked article, a publisher's newest.
    """

    asked: str
    found: Retrieved
    ranked: Sequence[RankedSentence]
    certain: bool = False

    @cached_property
    def score(self) -> float:
        return 1.0 if self.certain else confidence(self.found, self.ranked)

    @property
    def enough(self) -> bool:
        return self.score >= THRESHOLD

    @property
    def best(self) -> Iterator[Evidence]:
        """The sentences that may answer: those with scores near the best one."""
        least = WORTH * self.ranked[0].score if self.ranked else 0.0
        yield from (s.evidence for s in self.ranked[:BEST_SENTENCES] if s.score >= least)


@dataclass(frozen=True)
class Findings:
    """What was found for the whole question and for each of its parts; no parts if it asks for one thing.

    Attributes:
        k: number of passages that a language model may read.
    """

    whole: Finding
    parts: tuple[Finding, ...] = ()
    k: int = PASSAGES

    @property
    def understood(self) -> Understood:
        return self.whole.found.understood

    @property
    def enough(self) -> bool:
        """Whether to answer at all: a question with a source for one part only is answered in that part."""
        return any(finding.enough for finding in (self.whole, *self.parts))

    @property
    def hopeless(self) -> bool:
        """Whether not even a language model would find an answer in the passages."""
        return self.score < HOPELESS

    @property
    def sure(self) -> bool:
        """Whether the sentences are shown even though a language model sees no answer in them."""
        return max(finding.score for finding in self._used) >= SURE

    @property
    def unsourced(self) -> tuple[str, ...]:
        """The parts that would not be answered alone, in the asker's words; none if no part would be."""
        missing = tuple(part.asked for part in self.parts if not part.enough)
        return missing if len(missing) < len(self.parts) else ()

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The best passages of all used findings, in turn, each once."""
        in_turn = _in_turn(finding.found.passages for finding in self._used)
        return tuple({passage.chunk_id: passage for passage in in_turn}.values())[: self.k]

    @cached_property
    def ranked(self) -> list[RankedSentence]:
        """The sentences of all used findings, each once, best first."""
        best: dict[tuple[str, int], RankedSentence] = {}
        for sentence in sorted(chain(*(f.ranked for f in self._used)), key=lambda sentence: -sentence.score):
            best.setdefault((sentence.evidence.passage.chunk_id, sentence.evidence.first), sentence)
        return list(best.values())

    @property
    def score(self) -> float:
        """The best part's confidence."""
        return max(finding.score for finding in (self.whole, *self.parts))

    def quotes(self) -> tuple[Quote, ...]:
        """The best sentences of each part in turn, as quotes, preceded by any that retract one of them."""
        several = self.understood.wants_several
        pieces = join_neighbours(_in_turn(pieces_of(finding.ranked, several=several) for finding in self._used))
        pieces = tuple(with_what_takes_back(_apart(pieces)[:MAX_QUOTES], self.passages, MAX_QUOTES))
        return tuple(self._marked(make_quote(n, piece), piece) for n, piece in enumerate(pieces, 1))

    def _marked(self, quote: Quote, piece: Evidence) -> Quote:
        """The quote with the words of its best sentence that answer."""
        inside = (s for s in self.ranked if piece.covers(s.evidence))
        best = next(inside, None)
        taken = any(takes_back(piece.passage.sentence_text(n)) for n in range(piece.first, piece.last + 1))
        spot = best and not taken and highlight(self.understood.text, self.understood.answer_type, best)
        return replace(quote, highlight=spot) if spot else quote

    def left_out(self, quotes: Sequence[Quote]) -> list[Evidence]:
        """For each part that has a source but no quoted sentence: its best piece."""
        parts = [part for part in self.parts if part.enough]
        missed = [part for part in parts if not any(_quoted(piece, quotes) for piece in part.best)]
        return [pieces_of(part.ranked, several=False, limit=1)[0] for part in missed]

    @property
    def _used(self) -> tuple[Finding, ...]:
        """The findings that the answer uses: the whole and the parts that have a source."""
        return tuple(finding for finding in (self.whole, *self.parts) if finding.enough) or (self.whole,)


def gather(
    search: Search, question: Question, understood: Understood, linked: Set[str] = frozenset(), k: int = PASSAGES
) -> Findings:
    """Search for a question and for each of its parts, if it has any.

    A later part is read as a follow-up to the first and its answer: "who leads Halcyon and when does he start?"

    Args:
        linked: ids of articles that the question links to, or is asked about.
        k: number of passages to bring for a language model; quotes are taken from the best `PASSAGES`.
    """
    whole = _find(search, question.text, question, understood, linked, k)
    parts: list[Finding] = []
    for part in parts_of(question, understood):
        asked = part.question
        if asked.history and parts and parts[0].enough:
            answer = Turn("assistant", parts[0].ranked[0].evidence.text)
            asked = replace(asked, history=(*asked.history, answer))
        parts.append(_find(search, part.asked, asked, understand(asked), linked, k))
    return Findings(whole, tuple(parts), k)


def _find(search: Search, asked: str, question: Question, understood: Understood, linked: Set[str], k: int) -> Finding:
    if linked:
        finding = _among(search, asked, question, understood, within=linked)
        if finding is not None and finding.enough:
            return finding
    found = retrieve(search, understood, clock=question.asked_at, scopes=question.scopes, k=k)
    if publisher := publisher_in(understood.text, found.passages):
        finding = _of_publisher(search, asked, question, understood, publisher)
        if finding is not None:
            return finding
    return Finding(asked, found, _ranked(search, found))


def _of_publisher(
    search: Search, asked: str, question: Question, understood: Understood, publisher: str
) -> Finding | None:
    """What the publisher's articles say; its newest articles if nothing more is asked."""
    finding = _among(search, asked, question, understood, lambda passage: passage.article.source == publisher)
    if finding is None:
        return None
    own = {*content_terms(publisher), *(term for word in SAYING for term in content_terms(word))}
    found = replace(
        finding.found,
        weights={term: weight for term, weight in finding.found.weights.items() if term not in own},
        names=finding.found.names - own,
    )
    if not found.weights:
        return Finding(asked, found, beginnings(found), certain=True)
    return Finding(asked, found, _ranked(search, found))


def _among(
    search: Search,
    asked: str,
    question: Question,
    understood: Understood,
    wanted: Callable[[Passage], bool] = lambda _: True,
    within: Set[str] = frozenset(),
) -> Finding | None:
    """What is found among these passages, or in these articles, only; None if none of them is found."""
    found = retrieve(search, understood, clock=question.asked_at, scopes=question.scopes, k=MANY, within=within)
    passages = tuple(passage for passage in found.passages if wanted(passage))
    if not passages:
        return None
    if asks_nothing(understood.text):
        everything = replace(found, passages=passages)
        return Finding(asked, everything, beginnings(everything), certain=True)
    found = replace(found, passages=passages[:PASSAGES])
    return Finding(asked, found, _ranked(search, found))


def _ranked(search: Search, found: Retrieved) -> list[RankedSentence]:
    best = replace(found, passages=found.passages[:PASSAGES])
    ranked = [sentence for sentence in rank_sentences(best) if not is_order(sentence.evidence.text)]
    return read(ranked, found.understood.search_text, search.relevance)


def _in_turn(rows: Iterable[Sequence[T]]) -> list[T]:
    """The first of each row, the second of each, and so on."""
    return [item for items in zip_longest(*rows) for item in items if item is not None]


def _apart(pieces: Sequence[Evidence]) -> list[Evidence]:
    """The pieces without those that share a sentence with an earlier one."""
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
