"""Tells whether two articles are one text in two places, as agencies' reports and syndicated posts are. Pure.

`sketch` finds candidates cheaply: the smallest hashes of a text's shingles are shared by texts that share most shingles
(Broder, "On the resemblance and containment of documents", 1997). `is_same_text` then compares the texts themselves.
"""

from __future__ import annotations

import heapq
import re
import zlib
from collections import Counter
from typing import Final

SHINGLE: Final = 4  # words
LEAST_WORDS: Final = 60
"""Shorter texts are never merged: release notes and notices of a few lines look alike and are not the same."""
SKETCH: Final = 6  # hashes of a text
LEAST_SHARED: Final = 2
"""Hashes two sketches share before the texts are compared. Two texts of resemblance .7 miss this once in 90 times."""
RESEMBLANCE: Final = 0.7
"""Share of common shingles among all from which two texts are one (measured: docs/benchmarks.md)."""

_WORD = re.compile(r"\w+")
_HAS_LEAST_WORDS = re.compile(rf"(?:\W*+\w++){{{LEAST_WORDS}}}")


def sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of the text's shingles, (SKETCH,); () for a text too short to be merged."""
    if not _HAS_LEAST_WORDS.match(text):  # most entries of feeds, which cost nothing more
        return ()
    hashes = _shingles(text)
    return tuple(heapq.nsmallest(SKETCH, hashes)) if len(hashes) > LEAST_WORDS - SHINGLE else ()


def is_same_text(one: str, other: str, *, resemblance: float = RESEMBLANCE) -> bool:
    """Whether both say the same in nearly the same words, and every number of the one stands in the other as often.

    A weekly report that keeps its words and changes its figures is another report; a copy may add a line of its own.
    """
    first, second = _shingles(one), _shingles(other)
    common = len(first & second)
    if not common or common < resemblance * len(first | second):
        return False
    figures, others = _figures(one), _figures(other)
    return figures <= others or others <= figures


def _shingles(text: str) -> set[int]:
    words = [word.encode() for word in _WORD.findall(text.casefold())]
    runs = zip(*(words[n:] for n in range(SHINGLE)), strict=False)
    return set(map(zlib.crc32, map(b" ".join, runs)))


def _figures(text: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(text) if any(character.isdigit() for character in word))
