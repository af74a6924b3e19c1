"""Answers in quotes mode: the sentences that answer, best first, each with the neighbours that go with it, copied."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answering.composing.lists import list_at
from bot.answering.models import Quote
from bot.answering.quotes import MAX_QUOTES, Evidence, make_quote
from bot.answering.retrieval.rank_sentences import RankedSentence
from bot.lexicon.figures import find_figures, supporting_figures
from bot.lexicon.negation import negation_flipped

SAME = 0.9
"""Two sentences with a cosine above this and the same figures say the same."""
WORTH = 0.7
"""A sentence is quoted when its score is at least this share of the best one's: better few quotes than far-fetched."""
NEAR = 0.6
"""A neighbour goes along when its score is at least this share of the best one's."""
SAME_ARTICLE = 0.2
"""What a sentence loses for each quote of its article, where the question wants several articles."""

MOST_QUOTES = 10
"""Quotes of an answer, those shown at first among them."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_Scores = Mapping[tuple[str, int], float]


def compose_quotes(
    ranked: Sequence[RankedSentence], *, several: bool, limit: int = MAX_QUOTES, worth: float = WORTH
) -> tuple[Quote, ...]:
    """The best sentences as quotes, at most `limit`; see `pieces_of`."""
    pieces = pieces_of(ranked, several=several, limit=limit, worth=worth)
    return tuple(make_quote(n, piece) for n, piece in enumerate(pieces, 1))


def pieces_of(
    ranked: Sequence[RankedSentence], *, several: bool, limit: int = MAX_QUOTES, worth: float = WORTH
) -> list[Evidence]:
    """The best sentences with the neighbours that go with them, at most `limit`, each thing said once.

    Args:
        ranked: best first; what is not among them is not quoted along either.
        several: the question wants several articles.
        worth: the share of the best score that a sentence needs.
    """
    left = _worth_quoting([s for s in ranked if not s.untimely] or ranked, worth)
    near = NEAR * ranked[0].score if ranked else 0.0
    scores = {
        (s.evidence.passage.chunk_id, s.evidence.first): s.score for s in ranked if s.score >= near and not s.doubtful
    }
    spread = SAME_ARTICLE if several else 0.0
    pieces: list[Evidence] = []
    told: list[RankedSentence] = []
    while left and len(pieces) < limit:
        best = max(left, key=lambda sentence: sentence.score - (spread and spread * _quoted_already(sentence, pieces)))
        left.remove(best)
        if not _is_told(best, told, pieces):
            told.append(best)
            pieces = _placed(best.evidence, pieces, scores)
    return pieces


def more_quotes(ranked: Sequence[RankedSentence], shown: Sequence[Quote], *, several: bool) -> tuple[Quote, ...]:
    """Quotes beside those `shown`, none of which they touch, numbered on; `MOST_QUOTES` together at most.

    Args:
        ranked: all sentences that were found, best first.
        several: the question wants several articles.
    """
    candidates = compose_quotes(ranked, several=several, limit=MOST_QUOTES + len(shown), worth=0.0)
    new = [quote for quote in candidates if not any(_touch(quote, other) for other in shown)]
    room = MOST_QUOTES - len(shown)
    return tuple(replace(quote, n=n) for n, quote in enumerate(new[:room], len(shown) + 1))


def _touch(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _worth_quoting(ranked: Sequence[RankedSentence], worth: float) -> list[RankedSentence]:
    """Those that come near the best one; a heading only where it is the best."""
    enough = worth * ranked[0].score if ranked else 0.0
    return [s for n, s in enumerate(ranked) if s.score >= enough and (n == 0 or not _has_heading(s.evidence))]


def _quoted_already(sentence: RankedSentence, pieces: Sequence[Evidence]) -> int:
    """How many quotes of its article there are."""
    article = sentence.evidence.passage.article.id
    return sum(piece.passage.article.id == article for piece in pieces)


def _is_told(sentence: RankedSentence, told: Sequence[RankedSentence], pieces: Sequence[Evidence]) -> bool:
    if any(piece.covers(sentence.evidence) for piece in pieces):
        return True
    alike = (other for other in told if float(sentence.vector @ other.vector) >= SAME)
    return any(_agree(sentence.evidence.text, other.evidence.text) for other in alike)


def _agree(one: str, other: str) -> bool:
    """Whether neither has a figure that the other lacks, nor denies it: "$65B" is "$65 billion", "$65M" is not."""
    if set(_DIGITS.findall(one)) != set(_DIGITS.findall(other)) or negation_flipped(one, [other]):
        return False
    first, second = supporting_figures(one), supporting_figures(other)
    return all(any(figure.supported_by(known) for known in second) for figure in find_figures(one)) and all(
        any(figure.supported_by(known) for known in first) for figure in find_figures(other)
    )


def _placed(sentence: Evidence, pieces: Sequence[Evidence], scores: _Scores) -> list[Evidence]:
    """The sentence beside the quote that it continues, or as a quote of its own."""
    for n, piece in enumerate(pieces):
        if not _has_heading(sentence) and not _has_heading(piece) and (union := piece.joined(sentence)):
            return [*pieces[:n], union, *pieces[n + 1 :]]
    return [*pieces, _with_neighbours(sentence, pieces, scores)]


def _with_neighbours(sentence: Evidence, pieces: Sequence[Evidence], scores: _Scores) -> Evidence:
    """The sentence with its list, and then with those around it, the better ones first, as far as a quote is long."""
    if _has_heading(sentence):
        return sentence
    quote = _with_list(sentence, pieces)
    while True:
        around = [near for near in _neighbours(quote) if not any(piece.covers(near) for piece in pieces)]
        scored = [(score, near) for near in around if (score := _wish(near, quote, scores))]
        wanted = [(score, union) for score, near in scored if (union := quote.joined(near)) and union.quotable]
        if not wanted:
            return quote
        quote = max(wanted, key=lambda it: it[0])[1]


def _wish(near: Evidence, quote: Evidence, scores: _Scores) -> float:
    """How much a neighbour should go along: by its score, and what a colon announces in any case; 0.0: not at all."""
    announced = near.first == quote.last + 1 and quote.text.rstrip().endswith(":")
    return 1.0 if announced else scores.get((near.passage.chunk_id, near.first), 0.0)


def _with_list(sentence: Evidence, pieces: Sequence[Evidence]) -> Evidence:
    """The list that the sentence announces or is an item of, from what announces it, as far as a quote is long."""
    bounds = list_at(sentence.passage, sentence.first)
    if bounds is None:
        return sentence
    first, last = bounds
    quote = sentence
    for n in [*range(sentence.first - 1, first - 1, -1), *range(sentence.last + 1, last + 1)]:
        near = Evidence(sentence.passage, n, n)
        if any(piece.covers(near) for piece in pieces):
            break
        union = quote.joined(near)
        quote = union if union is not None and union.quotable else quote
    return quote


def _neighbours(quote: Evidence) -> list[Evidence]:
    """The sentences right before and after, without headings."""
    passage = quote.passage
    around = (quote.first - 1, quote.last + 1)
    return [Evidence(passage, n, n) for n in around if passage.headings <= n < len(passage.sentences)]


def _has_heading(piece: Evidence) -> bool:
    return piece.first < piece.passage.headings
