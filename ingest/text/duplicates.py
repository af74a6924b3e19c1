"""Recognises the same text in two places, such as agency reports and syndicated posts. Pure.

`sketch` finds candidates cheaply: texts that share most of their shingles share the smallest hashes of those
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
"""Shorter texts are never merged: release notes and short notices look alike without being the same."""
SKETCH: Final = 6  # hashes of a text
LEAST_SHARED: Final = 2
"""Hashes that two sketches must share before their texts are compared. At resemblance .7, one pair in 90 is missed."""
RESEMBLANCE: Final = 0.7
"""Least share of common shingles that makes two texts the same (measured: docs/benchmarks.md)."""

_WORD = re.compile(r"\w+")
_HAS_LEAST_WORDS = re.compile(rf"(?:\W*+\w++){{{LEAST_WORDS}}}")


def sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of the text's shingles, (SKETCH,); () for a text too short to be merged."""
    if not _HAS_LEAST_WORDS.match(text):  # most entries of feeds, which cost nothing further
        return ()
    hashes = _shingles(text)
    return tuple(heapq.nsmallest(SKETCH, hashes)) if len(hashes) > LEAST_WORDS - SHINGLE else ()


def is_same_text(one: str, other: str, *, resemblance: float = RESEMBLANCE) -> bool:
    """Whether both are nearly the same text, and contain every number equally often.

    A weekly report with the same words but new figures is another report; a copy may add a line of its own.
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
