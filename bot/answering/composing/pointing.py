"""The sentences that a model's statement points at, by number and by copied words. Pure.

Words that a model copied are seldom of the wrong sentence, numbers often are (docs/answering.md, "Which form"). Where
the two differ, the readings are tried in order of trust and the first that supports the statement counts. Of a model
that points at everything the sentences are tried that say most of the statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answering.checking.verify import supported_share
from bot.answering.composing.locate import locate
from bot.answering.composing.prompt import Prompt
from bot.answering.composing.reply import Draft
from bot.answering.quotes import Evidence, join_neighbours
from bot.lexicon.orders import without_orders
from ingest.models import Passage

# A statement that needs more than this is two statements.
MAX_QUOTES_PER_STATEMENT = 3
Reading = tuple[Evidence, ...]


def readings(draft: Draft, prompt: Prompt, passages: Sequence[Passage]) -> Iterator[Reading]:
    """What the draft may point at, most trusted first; none where it points at nothing that exists."""
    numbered = _pieces(prompt.sentence(number) for number in draft.numbers)
    copied = _pieces(locate(words, passages) for words in draft.words)
    both = [*numbered, *copied]
    agree = all(any(_meet(word, number) for number in numbered) for word in copied)
    for pieces in [both] if agree or not numbered else [copied, numbered, both]:
        yield from _joined(pieces, draft.text)


def _pieces(found: Iterator[Evidence | None]) -> list[Evidence]:
    """What was found; orders to whoever answers are evidence for nothing."""
    return [piece for piece in found if piece is not None and without_orders(piece.text)]


def _joined(pieces: Sequence[Evidence], statement: str) -> Iterator[Reading]:
    """The pieces as one reading; where they are too many, the one that says most of the statement, then the best."""
    if len(join_neighbours(pieces)) <= MAX_QUOTES_PER_STATEMENT:
        yield from filter(None, [join_neighbours(pieces)])
        return
    best = sorted(pieces, key=lambda piece: -supported_share(statement, [piece.text]))[:MAX_QUOTES_PER_STATEMENT]
    yield (best[0],)
    yield join_neighbours(piece for piece in pieces if piece in best)


def _meet(one: Evidence, other: Evidence) -> bool:
    return one.covers(other) or other.covers(one)
