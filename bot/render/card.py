"""A message as a card: texts one below the other in one box (Discord's Components V2), as plain values. Pure.

A card is made of the same parts as the messages of plain text (`Part`). Its texts stand in the order in which they are
read aloud: what is said, then each quote and the line that names its source, beside which its button stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from bot.render.splitting import Block, pack, size

CHARS = 3_800
"""Of all texts of a message together. Discord takes 4,000 (developer reference, "Text Display"); should it count the
labels of buttons too, they have the rest."""
BYTES = 9_000
"""Of the same in UTF-8. Discord fails beyond some 10,100 (discord-api-docs issue 8554); the rest is for the buttons."""
COMPONENTS = 28
"""Of the 40 of a message (developer reference, "Component Reference"); the others are for the box, what is attached,
and two rows of buttons."""


class Accent(IntEnum):
    """The colour at a card's edge, as RGB. It says nothing that the words do not say too."""

    ANSWERED = 0x2F9E6E
    PARTLY = 0xD99A1C
    """Something that was asked for has no source, or a language model's answer is missing."""
    NONE = 0x7D8590


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs together: something said, or a quote with the line that names its source.

    Attributes:
        source: the line below a quote, in small print; "" for what is no quote.
        quote: the number of the quote, else 0.
    """

    block: Block
    source: str = ""
    quote: int = 0


@dataclass(frozen=True, slots=True)
class CardText:
    """One text of a card.

    Attributes:
        beside: the number of the quote whose button stands beside it, else 0.
        apart: a rule is drawn above it.
    """

    text: str
    beside: int = 0
    apart: bool = False

    @property
    def components(self) -> int:
        """How many of Discord's components it takes: a section has a text and a button; a rule is one too."""
        return (3 if self.beside else 1) + self.apart


@dataclass(frozen=True, slots=True)
class Card:
    """The texts of one message in a box, with a colour at its edge (None: no colour)."""

    texts: tuple[CardText, ...]
    accent: Accent | None = None

    @property
    def content(self) -> str:
        """Its words, as they are read back from Discord."""
        return "\n".join(text.text for text in self.texts)


def boxed(contents: Iterable[str], accent: Accent | None = None) -> Card:
    """Texts that fit in one message, such as one of plain text, in a box."""
    return Card(tuple(map(CardText, contents)), accent)


def cards(parts: Iterable[Part], accent: Accent | None = None) -> list[Card]:
    """The parts in as few cards as their order allows; a quote and its source stay together."""
    packed: list[tuple[CardText, ...]] = [()]
    for texts in _together(parts):
        if packed[-1] and not _fit((*packed[-1], *texts)):
            packed.append(())
        packed[-1] = (*packed[-1], *texts)
    return [Card(_without_rule_above(texts), accent) for texts in packed if texts]


def _together(parts: Iterable[Part]) -> Iterator[tuple[CardText, ...]]:
    """The texts of each part; one that stands right below another, as a line of a list, joins it."""
    lines: list[Block] = []
    for part in parts:
        if lines and (part.quote or part.block.gap != "\n"):
            yield from _cut(lines)
            lines = []
        if part.quote:
            yield CardText(part.block.text, apart=True), CardText(part.source, beside=part.quote)
        else:
            lines.append(part.block)
    yield from _cut(lines)


def _cut(lines: list[Block]) -> Iterator[tuple[CardText, ...]]:
    return ((CardText(text),) for text in pack(lines)) if lines else iter(())


def _fit(texts: tuple[CardText, ...]) -> bool:
    chars, taken = sum(size(text.text) for text in texts), sum(len(text.text.encode()) + 12 for text in texts)
    return chars <= CHARS and taken <= BYTES and sum(text.components for text in texts) <= COMPONENTS


def _without_rule_above(texts: tuple[CardText, ...]) -> tuple[CardText, ...]:
    """No rule above the first text, and one where what is said goes on below the quotes."""
    first, *rest = texts
    ruled = (
        CardText(text.text, text.beside, apart=text.apart or bool(above.beside and not text.beside))
        for above, text in pairwise((first, *rest))
    )
    return CardText(first.text, first.beside), *ruled
