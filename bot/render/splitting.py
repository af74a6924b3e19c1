"""Splits blocks of Markdown into messages that Discord accepts, never inside what belongs together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LIMIT = 2_000
"""Characters a message may have (Discord developer reference, "Create Message")."""

_CONTINUED = "… "
"""Starts the continuation of a cut block; also keeps its first word from being read as a heading or a list."""

_UNIT = r"(?:`[^`]*`|\\.|\[\d+\]|\S)"
_UNITS = re.compile(_UNIT, re.DOTALL)
_WORDS = re.compile(rf"{_UNIT}+\s*|\s+", re.DOTALL)
_LONGEST_WORD = 200
_LONGEST_CODE = 500


def size(text: str) -> int:
    """The length of `text` by the stricter of Discord's two counts: its API counts code points (discord-api-docs
    issue 1315), its clients UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


@dataclass(frozen=True, slots=True)
class Block:
    """Text that is kept in one message if it fits.

    Attributes:
        parts: pieces that are never cut; the block is their concatenation. Each must fit in a message, with
            room for the continuation mark.
        gap: the text between this block and the one above it.
    """

    parts: tuple[str, ...]
    gap: str = "\n\n"

    @property
    def text(self) -> str:
        return "".join(self.parts)


def paragraph(markdown: str, gap: str = "\n\n") -> Block:
    """A block that may be cut between words, but not inside a code span, an escape or `[1]`.

    Not for quotes: a code span of more than 500 characters is shortened.
    """
    return Block(tuple(_words(markdown)), gap)


def whole(markdown: str, gap: str = "\n\n") -> Block:
    """A block that is never cut.

    Raises:
        ValueError: it is too long; check `fits` first.
    """
    if not fits(markdown):
        raise ValueError(f"{size(markdown)} characters in one piece")
    return Block((markdown,), gap)


def fits(markdown: str) -> bool:
    """Whether this fits in one message."""
    return size(markdown) + size(_CONTINUED) <= LIMIT


def pack(blocks: Iterable[Block]) -> list[str]:
    """The blocks in as few messages as their order allows, none empty, none longer than `LIMIT`."""
    messages: list[str] = []
    current = ""
    for block in blocks:
        joined = current + block.gap + block.text if current else block.text
        if size(joined) <= LIMIT:
            current = joined
            continue
        if current:
            messages.append(current)
        *full, current = _cut(block)
        messages += full
    messages.append(current)
    return [stripped for message in messages if (stripped := message.strip())]


def _cut(block: Block) -> list[str]:
    """The block in messages of its own."""
    cut = [""]
    for part in block.parts:
        if cut[-1] and size(cut[-1] + part) > LIMIT:
            cut.append(_CONTINUED)
        cut[-1] += part
    return cut


def _words(markdown: str) -> Iterator[str]:
    for word in _WORDS.findall(markdown):
        if size(word) <= _LONGEST_WORD:
            yield word
        else:
            yield from _units(word)


def _units(word: str) -> Iterator[str]:
    """A word too long for a line, by its smallest uncuttable pieces; only an endless address is shortened."""
    for unit in _UNITS.findall(word):
        yield unit if len(unit) <= _LONGEST_CODE else f"{unit[:_LONGEST_CODE]}…`"
    if word[-1].isspace():
        yield " "
