"""The nouns of watches, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.digest.segmenting.items import Item

WATCH_CHARS = 200
"""The longest watch."""
PHRASES = 20
"""A watch has at most so many words or names; further ones are not looked for."""


class Kind(StrEnum):
    """How a watch finds what it is for."""

    WORDS = "words"
    TOPIC = "topic"
    SOURCE = "source"
    """Every new article of one source."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one watch looks for.

    Attributes:
        text: words and names, separated by commas; or a topic in somebody's own words.
    """

    id: int
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """An item that a watch waits for.

    Attributes:
        n: the number of the item's sentence that says it.
        why: the words that were found there; "" for a topic.
        score: of a topic the log odds that the item is about it; of words 0.0.
    """

    watch: int
    item: Item
    n: int
    why: str
    score: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A story to be told by one watch.

    Attributes:
        first: the match that it is told with.
        others: further matches that tell the same.
        corrects: it takes back, corrects or counts anew a story that was told.
    """

    first: Match
    others: tuple[Match, ...] = ()
    corrects: bool = False

    @property
    def found_at(self) -> datetime:
        """When its first article was published."""
        return self.first.item.effective_at
